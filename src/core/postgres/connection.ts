import { setTimeout as sleep } from "node:timers/promises";
import { isTransient, toLibraryError } from "./server-error.ts";

/** Runs statements one after another, all on one connection. */
export interface Session {
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** @returns how many rows were changed */
  run(sql: string, values?: readonly unknown[]): Promise<number>;
}

/** What runs statements: connections to a server, or a database in this process. */
export interface Server {
  /** Its address, without a password. */
  readonly where: string;
  withSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** For how long work is tried again while the server is away. */
const RETRY_FOR_MS = 30_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1000;

/**
 * Transactions on a server that others use too and that may go away: work that was undone, because of another's or a
 * lost connection, is done once more. So it must be such that doing it twice is doing it once.
 */
export class Connection {
  readonly #server: Server;
  readonly #retryForMs: number;

  constructor(server: Server, retryForMs = RETRY_FOR_MS) {
    this.#server = server;
    this.#retryForMs = retryForMs;
  }

  get where(): string {
    return this.#server.where;
  }

  /** What one statement reads. */
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]> {
    return this.#patiently(() => this.#server.withSession((session) => session.rows<Row>(sql, values)));
  }

  /** One consistent view of the library, in which nothing can be written. `settings`: statements of `SET LOCAL`. */
  read<Result>(work: (session: Session) => Promise<Result>, settings = ""): Promise<Result> {
    const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${settings}`;
    return this.#patiently(() => this.#inTransaction(begin, work));
  }

  /** All of `work` or nothing of it; durable when the promise resolves. */
  write<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#patiently(() => this.#inTransaction("BEGIN", work));
  }

  /** All of `work` or nothing of it, and not again where something was in the way. */
  once<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#inTransaction("BEGIN", work);
  }

  /** Outside of any transaction, as some statements demand. */
  alone(sql: string): Promise<void> {
    return this.#patiently(() =>
      this.#server.withSession(async (session) => {
        await session.run(sql);
      }),
    );
  }

  /** Statements that may begin and end transactions of their own. */
  script<Row>(sql: string, values: readonly unknown[] = []): Promise<{ rows: Row[] }> {
    return this.#patiently(() =>
      this.#server.withSession(async (session) => {
        try {
          return { rows: await session.rows<Row>(sql, values) };
        } catch (error) {
          await session.run("ROLLBACK").catch(() => undefined);
          throw error;
        }
      }),
    );
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #inTransaction<Result>(begin: string, work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#server.withSession(async (session) => {
      await session.run(begin);
      try {
        const result = await work(session);
        await session.run("COMMIT");
        return result;
      } catch (error) {
        // Where the connection is lost, the server has undone it.
        await session.run("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  }

  async #patiently<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const until = performance.now() + this.#retryForMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      try {
        return await attempt();
      } catch (error) {
        if (!isTransient(error) || performance.now() + pause > until)
          throw toLibraryError(error, this.#server.where);
        // Not in step with the others who wait.
        await sleep(pause * (0.5 + Math.random()));
      }
    }
  }
}
