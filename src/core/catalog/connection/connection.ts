import { setTimeout as sleep } from "node:timers/promises";
import type Database from "better-sqlite3";
import { LibraryError } from "../../errors.ts";
import { hasExpectedSchema } from "../expected-schema.ts";
import { FileIdentity } from "./file-identity.ts";
import { retryWhileLocked } from "./retry-while-locked.ts";
import { damaged, toLibraryError } from "./storage-error.ts";

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
  readonly #identity: FileIdentity;
  readonly #transaction: Database.Transaction<(work: () => void) => void>;

  constructor({
    database,
    path,
    readOnly,
  }: { database: Database.Database; path: string; readOnly: boolean }) {
    this.path = path;
    this.readOnly = readOnly;
    this.#database = database;
    this.#identity = new FileIdentity(path);
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
    return this.#retryWhileLocked(() => this.#inTransaction("deferred", work));
  }

  /** All of `work` or nothing of it; durable when the promise resolves. */
  async write<Result>(work: () => Result): Promise<Result> {
    if (this.readOnly) {
      throw new LibraryError(
        `The library is open for reading only: ${this.path} cannot be changed. Make the file and its folder writable, or use another library folder.`,
      );
    }
    return this.#retryWhileLocked(() => this.#inTransaction("immediate", work));
  }

  /**
   * Empties the write-ahead log, so that erased data is no longer in any file. Best effort: a reader in
   * another process can block it, and then the next call or the last close does it.
   * @throws LibraryError when the disk fails; everything is still in the log.
   */
  async truncateWal(): Promise<boolean> {
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

  /** A rejected statement is a bug of ours, unless the file is damaged. */
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

  async #retryWhileLocked<Result>(attempt: () => Result): Promise<Result> {
    if (!this.#database.open)
      throw new LibraryError(`The library was closed: ${this.path} is no longer open.`);
    try {
      this.#identity.verify();
      return await retryWhileLocked(this.path, attempt);
    } catch (error) {
      throw this.#explained(error);
    }
  }
}
