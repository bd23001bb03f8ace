import { UsageError } from "../errors.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageId, ImageRecord, Verdict } from "../types.ts";
import type { LibraryContext } from "./library-context.ts";
import { LibraryView } from "./library-view.ts";

/** What a user says of pairs of images: the same picture, or different ones. */
export class Verdicts {
  readonly #context: LibraryContext;

  constructor(context: LibraryContext) {
    this.#context = context;
  }

  /** Stores a user's verdict on a pair, by content. @throws NotFoundError, AmbiguousIdError, UsageError */
  put(a: string, b: string, verdict: Verdict["verdict"]): Promise<Verdict> {
    return this.#context.track(async () => {
      const [first, second] = await this.#pair(a, b);
      if (first.id === second.id)
        throw new UsageError("Both ids name the same image: its copies are the same by content.");
      const stored: Verdict = { a: first.id, b: second.id, verdict, at: Date.now() };
      await this.#context.catalog.verdicts.put(stored);
      return stored;
    });
  }

  /** What a user said of a pair. @throws NotFoundError, AmbiguousIdError */
  of(a: string, b: string): Promise<Verdict["verdict"] | undefined> {
    return this.#context.track(async () => {
      const [first, second] = await this.#pair(a, b);
      const given = await this.#context.catalog.verdicts.of(first.id);
      return given.find((one) => one.a === second.id || one.b === second.id)?.verdict;
    });
  }

  /** On pairs with this image, by its whole id, oldest first. */
  on(id: ImageId): Promise<Verdict[]> {
    return this.#context.track(() => this.#context.catalog.verdicts.of(id));
  }

  /** Oldest first; also on images that are not in the library now. */
  list(): Promise<Verdict[]> {
    return this.#context.track(() => this.#context.catalog.verdicts.list());
  }

  /** What a user said last of a pair is taken back: what was said before stands again. @throws NotFoundError, AmbiguousIdError */
  takeBack(a: string, b: string): Promise<void> {
    return this.#context.track(async () => {
      const [first, second] = await this.#pair(a, b);
      await this.#context.catalog.verdicts.takeBack(first.id, second.id);
    });
  }

  async #pair(a: string, b: string): Promise<[ImageRecord, ImageRecord]> {
    const entire = new LibraryView(this.#context, ENTIRE_LIBRARY);
    return [await entire.image(a), await entire.image(b)];
  }
}
