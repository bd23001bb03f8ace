import type { DuplicateGroup, DuplicatesRequest } from "../core/index.ts";
import { viewOf, type WebContext } from "./web-context.ts";

export type Choice = Pick<DuplicatesRequest, "kind" | "keep" | "keepIn">;

interface Search {
  /** Of the choice, and of the library when it began. */
  readonly key: string;
  readonly stop: AbortController;
  readonly found: Promise<readonly DuplicateGroup[]>;
  done: number;
  total: number | null;
  groups?: readonly DuplicateGroup[];
}

export type SearchState =
  | { readonly groups: readonly DuplicateGroup[] }
  | { readonly done: number; readonly total: number | null };

/** A moment in which a small library is done, so that its page need not ask twice. */
const FIRST_WAIT_MS = 500;

/**
 * The last search for duplicates, which goes on between two requests of the page. It is done anew when something else
 * is asked, or when the library changed; what was compared is kept by the library, so that this is quick.
 */
export class DuplicateSearch {
  readonly #web: WebContext;
  #search: Search | undefined;

  constructor(web: WebContext) {
    this.#web = web;
  }

  /** The groups, or how far the search for them is. @throws what the search threw */
  async state(choice: Choice): Promise<SearchState> {
    const search = await this.#searchFor(choice);
    await Promise.race([search.found, new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS))]);
    return search.groups ? { groups: search.groups } : { done: search.done, total: search.total };
  }

  /** Waits for them. */
  async groups(choice: Choice): Promise<readonly DuplicateGroup[]> {
    return (await this.#searchFor(choice)).found;
  }

  async #searchFor(choice: Choice): Promise<Search> {
    const key = JSON.stringify([choice, await this.#web.library.revision()]);
    if (this.#search?.key === key) return this.#search;
    this.#search?.stop.abort();
    const search = this.#start(key, choice);
    this.#search = search;
    search.found.catch(() => {
      if (this.#search === search) this.#search = undefined;
    });
    return search;
  }

  #start(key: string, choice: Choice): Search {
    const stop = new AbortController();
    const onProgress: DuplicatesRequest["onProgress"] = ({ done, total }) =>
      Object.assign(search, { done, total });
    const find = async () => {
      const view = await viewOf(this.#web);
      const signal = AbortSignal.any([stop.signal, this.#web.signal]);
      const groups = await view.duplicates({ ...choice, signal, onProgress });
      search.groups = groups;
      return groups;
    };
    const search: Search = { key, stop, done: 0, total: null, found: Promise.resolve().then(find) };
    return search;
  }
}
