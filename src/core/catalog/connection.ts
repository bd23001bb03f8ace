import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type Database from "better-sqlite3";
import { LibraryError } from "../errors.ts";
import { hasExpectedSchema } from "./expected-schema.ts";
import { damaged, isBusy, toLibraryError } from "./storage-error.ts";

/** How long a call waits for other processes before it gives up … */
const PATIENCE_MS = 30_000;
/** … and for each gigabyte of the catalog, since another process may be rewriting all of it. */
const PATIENCE_MS_PER_GB = 20_000;

/** SQLite itself waits only this long at a time, since it blocks the event loop while it does. */
export const BUSY_TIMEOUT_MS = 10;

const CHECKPOINT_TRIES = 20;

/**
 * One SQLite connection with statements prepared once. Work is synchronous and short; waiting for other
 * processes is not: it leaves the event loop free.
 */
export class Connection {
  readonly path: string;
  readonly readOnly: boolean;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #transaction: Database.Transaction<(work: () => void) => void>;

  constructor({
    database,
    path,
    readOnly,
  }: { database: Database.Database; path: string; readOnly: boolean }) {
    this.path = path;
    this.readOnly = readOnly;
    this.#database = database;
    this.#transaction = database.transaction((work: () => void) => work());
  }

  /** Only inside the work of `read` or `write`. */
  statement<Row = unknown, Parameters extends unknown[] = unknown[]>(
    sql: string,
  ): Database.Statement<Parameters, Row> {
    const known = this.#statements.get(sql);
    if (known) return known as Database.Statement<Parameters, Row>;
    const statement = this.#database.prepare<Parameters, Row>(sql);
    this.#statements.set(sql, statement as Database.Statement);
    return statement;
  }

  pragma(source: string): unknown {
    return this.#database.pragma(source);
  }

  /** One consistent view of the catalog. */
  read<Result>(work: () => Result): Promise<Result> {
    return this.#patiently(() => this.#inTransaction("deferred", work));
  }

  /** All of `work` or nothing of it; durable when the promise resolves. */
  async write<Result>(work: () => Result): Promise<Result> {
    if (this.readOnly) {
      throw new LibraryError(
        `The library is open for reading only: ${this.path} cannot be changed. Make the file and its folder writable, or use another library folder.`,
      );
    }
    return this.#patiently(() => this.#inTransaction("immediate", work));
  }

  /**
   * Empties the write-ahead log, so that what was erased is in no file any more. Best effort: a reader in
   * another process can hold it up, and then the next call or the last close does it.
   * @throws LibraryError when the disk fails; everything is in the log still.
   */
  async emptyLog(): Promise<boolean> {
    for (let tries = 0; tries < CHECKPOINT_TRIES; tries++) {
      if (!this.#checkpoint().busy) return true;
      await sleep(25);
    }
    return false;
  }

  close(): void {
    this.#database.close();
  }

  #checkpoint(): { readonly busy: boolean } {
    try {
      const [row] = this.#database.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
      return { busy: row?.busy === 1 };
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #inTransaction<Result>(mode: "deferred" | "immediate", work: () => Result): Result {
    const outcome: Result[] = [];
    this.#transaction[mode](() => {
      outcome.push(work());
    });
    return outcome[0] as Result;
  }

  /** A statement that is refused is a defect of ours, unless the file turns out to be damaged. */
  #explained(error: unknown): unknown {
    const explained = toLibraryError(error, this.path);
    const isRefusal = explained !== error && !(explained instanceof LibraryError);
    return isRefusal && this.#isDamaged() ? damaged(this.path, error) : explained;
  }

  #isDamaged(): boolean {
    try {
      const pragmas = ["quick_check", "foreign_key_check"].flatMap((name) => this.#database.pragma(name));
      if (pragmas.length > 1) return true;
      return !hasExpectedSchema((sql) => this.#database.prepare(sql).all());
    } catch {
      return true;
    }
  }

  #patienceMs(): number {
    const bytes = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    return PATIENCE_MS + (PATIENCE_MS_PER_GB * bytes) / 1e9;
  }

  async #patiently<Result>(attempt: () => Result): Promise<Result> {
    let giveUpAt: number | undefined;
    for (;;) {
      try {
        return attempt();
      } catch (error) {
        giveUpAt ??= performance.now() + this.#patienceMs();
        if (!isBusy(error) || performance.now() > giveUpAt) throw this.#explained(error);
      }
      // Uneven pauses, so that waiting processes do not keep arriving together.
      await sleep(2 + Math.random() * 18);
    }
  }
}
