import { type BigIntStats, statSync } from "node:fs";
import { dirname } from "node:path";
import { LibraryGoneError } from "../../errors.ts";

/**
 * Which file a path referred to when it was opened. SQLite keeps reading a file that was deleted or replaced since,
 * and would return its old contents for as long as the process lives.
 */
export class FileIdentity {
  readonly #path: string;
  readonly #opened: BigIntStats | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#opened = statOf(path);
  }

  /** Takes a few microseconds. @throws LibraryGoneError when the path now refers to another file, or none */
  verify(): void {
    if (!this.#opened) return;
    const now = this.#now();
    if (now?.ino === this.#opened.ino && now.dev === this.#opened.dev) return;
    const folder = dirname(this.#path);
    throw new LibraryGoneError(
      now
        ? `The library in ${folder} was replaced by another while this program had it open. Start the program again to use the new one.`
        : `The library in ${folder} was deleted or moved away, or its disk is gone, while this program had it open. Put it back, or add your pictures again; then start the program again.`,
    );
  }

  /** A folder that can no longer be accessed proves nothing: SQLite can still read and write. */
  #now(): BigIntStats | undefined {
    try {
      return statOf(this.#path);
    } catch {
      return this.#opened;
    }
  }
}

/** Undefined when there is no file. */
function statOf(path: string): BigIntStats | undefined {
  return path === ":memory:" ? undefined : statSync(path, { bigint: true, throwIfNoEntry: false });
}
