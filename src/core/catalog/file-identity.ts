import { type BigIntStats, statSync } from "node:fs";
import { dirname } from "node:path";
import { LibraryGoneError } from "../errors.ts";

/**
 * Which file a path named when it was opened. SQLite goes on reading a file that was deleted or replaced meanwhile,
 * and would answer with what was in it for as long as the process lives.
 */
export class FileIdentity {
  readonly #path: string;
  readonly #opened: BigIntStats | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#opened = statOf(path);
  }

  /** Costs some microseconds. @throws LibraryGoneError when the path names another file now, or none */
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

  /** A folder that may no longer be looked into proves nothing: SQLite reads and writes on. */
  #now(): BigIntStats | undefined {
    try {
      return statOf(this.#path);
    } catch {
      return this.#opened;
    }
  }
}

/** Undefined when nothing is there. */
function statOf(path: string): BigIntStats | undefined {
  return path === ":memory:" ? undefined : statSync(path, { bigint: true, throwIfNoEntry: false });
}
