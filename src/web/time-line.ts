import { LRUCache } from "lru-cache";
import type { LibraryView } from "../core/index.ts";
import type { MonthCount } from "./answers.ts";
import type { PictureGroups } from "./picture-groups.ts";
import { narrowed, type Question } from "./question.ts";
import { viewOf, type WebContext } from "./web-context.ts";

const SCOPES_KEPT = 20;

/** How many pictures are of each month, within a question's filters; counted again when the library has changed. */
export class TimeLine {
  readonly #web: WebContext;
  readonly #groups: PictureGroups;
  readonly #kept = new LRUCache<string, Promise<readonly MonthCount[]>>({ max: SCOPES_KEPT });

  constructor(web: WebContext, groups: PictureGroups) {
    this.#web = web;
    this.#groups = groups;
  }

  /** @throws UsageError, NotFoundError for an unknown tag */
  async read(question: Question): Promise<readonly MonthCount[]> {
    const { library } = this.#web;
    const ids = await this.#groups.imagesOf(question);
    const scope = { ...(await narrowed(await viewOf(this.#web), question)), ids };
    const view = library.within(scope);
    // Tags change without the revision, and ids are many: they are counted again.
    if (scope.tags || scope.notTags || ids) return countsOf(view);
    const key = JSON.stringify([await library.revision(), scope]);
    const known = this.#kept.get(key);
    if (known) return known;
    const counted = countsOf(view);
    this.#kept.set(key, counted);
    counted.catch(() => this.#kept.delete(key));
    return counted;
  }
}

async function countsOf(view: LibraryView): Promise<MonthCount[]> {
  return (await view.months()).map(({ month, images }) => ({ month, pictures: images }));
}
