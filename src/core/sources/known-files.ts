import { comparePaths } from "../compare-paths.ts";
import type { KnownFile } from "../ports.ts";

/** Goes through known files in order of path, beside a walk that does the same. */
export class KnownFiles {
  readonly #batches: AsyncIterator<readonly KnownFile[]>;
  /** Called with each known file that the walk did not meet. */
  readonly #onMissing: (file: KnownFile) => void;
  #batch: readonly KnownFile[] = [];
  #at = 0;
  #ended = false;

  constructor(batches: AsyncIterable<readonly KnownFile[]>, onMissing: (file: KnownFile) => void) {
    this.#batches = batches[Symbol.asyncIterator]();
    this.#onMissing = onMissing;
  }

  /** What is known of the files at these paths, which must follow in order those of the call before. */
  async meet<File extends { readonly path: string }>(
    files: readonly File[],
    onFile: (file: File, known: KnownFile | undefined) => void,
  ): Promise<void> {
    for (const file of files) {
      let order = this.#order(file.path);
      while (order === undefined || order < 0) {
        if (order === undefined && !(await this.#readOn())) break;
        else if (order !== undefined) this.#missing();
        order = this.#order(file.path);
      }
      onFile(file, order === 0 ? this.#batch[this.#at++] : undefined);
    }
  }

  /** Everything that is left is missing. */
  async end(): Promise<void> {
    do while (this.#at < this.#batch.length) this.#missing();
    while (await this.#readOn());
  }

  /** Of the next known file, compared with the path; undefined when none has been read. */
  #order(path: string): number | undefined {
    const next = this.#batch[this.#at];
    if (next === undefined) return undefined;
    return next.path === path ? 0 : comparePaths(next.path, path);
  }

  #missing(): void {
    const file = this.#batch[this.#at++];
    if (file) this.#onMissing(file);
  }

  async #readOn(): Promise<boolean> {
    if (this.#ended) return false;
    const { value, done } = await this.#batches.next();
    this.#ended = done ?? false;
    this.#batch = this.#ended ? [] : value;
    this.#at = 0;
    return !this.#ended;
  }
}
