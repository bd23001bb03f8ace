import { AsyncLocalStorage } from "node:async_hooks";
import { LibraryError } from "../errors.ts";

/** Work that an end waits for. Once the end has begun nothing new begins, except what that work itself still calls. */
export class Underway {
  readonly #works = new Set<Promise<unknown>>();
  readonly #within = new AsyncLocalStorage<true>();
  #ending = false;

  /** @throws LibraryError after the end */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#ending && !this.#within.getStore())
      throw new LibraryError("The library was closed; open it again to use it.");
    const running = this.#within.run(true, work);
    this.#works.add(running);
    return running.finally(() => this.#works.delete(running));
  }

  async end(): Promise<void> {
    this.#ending = true;
    while (this.#works.size > 0) await Promise.allSettled(this.#works);
  }
}
