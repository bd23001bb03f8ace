import { LibraryError } from "../../errors.ts";
import type { Connection, Session } from "../connection.ts";

/** pg-boss's tables, apart from the library's own. */
const SCHEMA = "glimpse_jobs";
/** Dead workers are found by their silence; this is for one that lives and has forgotten a job. */
const EXPIRES_AFTER_S = 1800;
/** A queue never gives a job up: that is decided by the row that the job names. */
const RETRIES = 1_000_000;
const KEPT_DAYS = 3650;

export interface SentJob {
  readonly id: string;
  readonly queue: string;
  /** The row that says what is to be done. */
  readonly work: number;
  /** Seconds until it is given out. */
  readonly after?: number | undefined;
}

interface Executor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** What is used of pg-boss 10, whose own declarations leave out what these return. */
interface Boss {
  on(event: "error", listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  maintain(): Promise<unknown>;
  createQueue(name: string, options: object): Promise<void>;
  insert(jobs: readonly object[], options: { db: Executor }): Promise<unknown>;
  fetch(
    name: string,
    options: { batchSize: number; db: Executor },
  ): Promise<{ id: string; data: { work: number } }[]>;
  complete(
    name: string,
    ids: string[],
    data: object | null,
    options: { db: Executor },
  ): Promise<{ affected: number }>;
  deleteJob(name: string, ids: string[], options: { db: Executor }): Promise<unknown>;
  getJobById(name: string, id: string, options: { db: Executor }): Promise<object | null>;
}

/** pg-boss on the library's own connections, so that the end of a job and what came of it are one transaction. */
export class JobQueue {
  readonly #db: Connection;
  readonly #queues = new Map<string, Promise<void>>();
  #opened: Promise<Boss> | undefined;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** Makes a queue; one that is there stays as it is. Not within a transaction. */
  prepare(queue: string): Promise<void> {
    const prepared = this.#queues.get(queue) ?? this.#create(queue);
    this.#queues.set(queue, prepared);
    prepared.catch(() => this.#queues.delete(queue));
    return prepared;
  }

  /** Into queues that were prepared. */
  async send(session: Session, jobs: readonly SentJob[]): Promise<void> {
    if (jobs.length === 0) return;
    const boss = await this.#boss();
    await boss.insert(
      jobs.map(({ id, queue, work, after = 0 }) => ({
        id,
        name: queue,
        data: { work },
        startAfter: `${after}`,
      })),
      { db: within(session) },
    );
  }

  /** Those that nobody has, the oldest first. */
  async take(session: Session, queue: string, limit: number): Promise<{ id: string; work: number }[]> {
    const boss = await this.#boss();
    let failure: unknown;
    // pg-boss takes an error for an empty queue.
    const db: Executor = {
      executeSql: (text, values) =>
        within(session)
          .executeSql(text, values)
          .catch((error: unknown) => {
            failure = error;
            throw error;
          }),
    };
    const jobs = await boss.fetch(queue, { batchSize: limit, db });
    if (failure !== undefined) throw failure;
    return jobs.map(({ id, data }) => ({ id, work: data.work }));
  }

  /** Nothing of them is kept. @returns how many were under way until now */
  async end(session: Session, jobs: readonly Pick<SentJob, "id" | "queue">[]): Promise<number> {
    const boss = await this.#boss();
    const db = within(session);
    let ended = 0;
    for (const name of new Set(jobs.map(({ queue }) => queue))) {
      const ids = jobs.filter(({ queue }) => queue === name).map(({ id }) => id);
      ended += (await boss.complete(name, ids, null, { db })).affected;
      await boss.deleteJob(name, ids, { db });
    }
    return ended;
  }

  async has(session: Session, queue: string, id: string): Promise<boolean> {
    const boss = await this.#boss();
    return (await boss.getJobById(queue, id, { db: within(session) })) !== null;
  }

  /** What is owed now and then: jobs that are under way for far too long are free again. */
  async maintain(): Promise<void> {
    await (await this.#boss()).maintain();
  }

  async #create(queue: string): Promise<void> {
    const boss = await this.#boss();
    await boss.createQueue(queue, {
      policy: "standard",
      retryLimit: RETRIES,
      expireInSeconds: EXPIRES_AFTER_S,
      retentionDays: KEPT_DAYS,
    });
  }

  #boss(): Promise<Boss> {
    this.#opened ??= open(this.#db);
    this.#opened.catch(() => {
      this.#opened = undefined;
    });
    return this.#opened;
  }
}

async function open(db: Connection): Promise<Boss> {
  const PgBoss = await load();
  // What it says about itself is for programs that let it run workers.
  const boss = new PgBoss({
    schema: SCHEMA,
    db: { executeSql: (text, values) => db.script(text, values) },
    schedule: false,
    supervise: false,
    archiveCompletedAfterSeconds: 60,
    deleteAfterSeconds: 60,
  }) as unknown as Boss;
  boss.on("error", () => undefined);
  await boss.start();
  return boss;
}

async function load() {
  try {
    const { default: PgBoss } = await import("pg-boss");
    return PgBoss;
  } catch (cause) {
    throw new LibraryError(
      "Sharing work among workers needs the package pg-boss, which was left out when Glimpse was installed. Install it: npm install pg-boss@10",
      { cause },
    );
  }
}

const within = (session: Session): Executor => ({
  executeSql: async (text, values) => ({ rows: await session.rows(text, values) }),
});
