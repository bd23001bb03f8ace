import type { LibraryView, LongWork } from "../core/index.ts";
import type { Working } from "./answers.ts";
import { viewOf, type WebContext } from "./web-context.ts";

interface Work<Answer> {
  readonly choice: string;
  /** Of the library when it began. */
  readonly revision: string;
  readonly stop: AbortController;
  readonly answered: Promise<Answer>;
  progress: Working;
  answer?: { readonly of: Answer };
}

/** A moment in which a small library is done, so that its page need not ask twice. */
const FIRST_WAIT_MS = 500;

/**
 * An answer that takes long: the work for it goes on between two requests of the page. It is done again when something
 * else is asked, or when the library has changed since; what takes longest of it is kept by the library, so that this is
 * quick. Work that goes on when the library changes is finished first: in a library that changes all the time there
 * would be no answer otherwise.
 */
export class LongAnswer<Choice, Answer> {
  readonly #web: WebContext;
  readonly #find: (view: LibraryView, choice: Choice, work: LongWork) => Promise<Answer>;
  #work: Work<Answer> | undefined;

  constructor(web: WebContext, find: (view: LibraryView, choice: Choice, work: LongWork) => Promise<Answer>) {
    this.#web = web;
    this.#find = find;
  }

  /** The answer, or how far the work for it is. @throws what the work threw */
  async state(choice: Choice): Promise<Working | { readonly state: "done"; readonly answer: Answer }> {
    const work = await this.#workFor(choice);
    await Promise.race([work.answered, new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS))]);
    return work.answer ? { state: "done", answer: work.answer.of } : work.progress;
  }

  /** Waits for it. */
  async answer(choice: Choice): Promise<Answer> {
    return (await this.#workFor(choice)).answered;
  }

  async #workFor(choice: Choice): Promise<Work<Answer>> {
    const revision = await this.#web.library.revision();
    const known = this.#work;
    if (known?.choice === JSON.stringify(choice) && (known.revision === revision || !known.answer))
      return known;
    known?.stop.abort();
    const work = this.#start(revision, choice);
    this.#work = work;
    work.answered.catch(() => {
      if (this.#work === work) this.#work = undefined;
    });
    return work;
  }

  #start(revision: string, choice: Choice): Work<Answer> {
    const stop = new AbortController();
    const onProgress: LongWork["onProgress"] = ({ stage, done, total }) => {
      work.progress = { state: "working", stage, done, total };
    };
    const find = async () => {
      const view = await viewOf(this.#web);
      const signal = AbortSignal.any([stop.signal, this.#web.signal]);
      const answer = await this.#find(view, choice, { signal, onProgress });
      work.answer = { of: answer };
      return answer;
    };
    const work: Work<Answer> = {
      choice: JSON.stringify(choice),
      revision,
      stop,
      progress: { state: "working", stage: null, done: 0, total: null },
      answered: Promise.resolve().then(find),
    };
    return work;
  }
}
