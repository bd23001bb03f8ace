import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Connection } from "./connection.ts";

/** In a long-running process, all removals within this interval share one rewrite. */
const EVERY_MS = 10 * 60_000;

/** On its own thread and connection, since it copies the whole file; readers are not blocked. */
const VACUUM = `
  const { workerData } = require("node:worker_threads");
  const Database = require(workerData.driver);
  const database = new Database(workerData.path, { timeout: 60000 });
  database.pragma("synchronous = FULL");
  database.pragma("secure_delete = ON");
  database.exec("VACUUM");
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
`;

/** Inside the write that erases: recorded until the rewrite is done, also across processes. */
export function scheduleVacuum(db: Connection): void {
  db.statement(
    `INSERT INTO maintenance (task, removals) VALUES ('vacuum', 1)
     ON CONFLICT (task) DO UPDATE SET removals = removals + 1`,
  ).run();
}

/**
 * SQLite zeroes what it deletes (secure_delete), but when it splits or merges pages it leaves stray copies of rows
 * in the gaps between them, and zeroes none of those later. Only rewriting the file removes them. That takes
 * about 4 seconds a gigabyte, so it is done when the catalog is closed, and until then at most every ten minutes.
 */
export class VacuumScheduler {
  readonly #db: Connection;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<number> | undefined;

  constructor(db: Connection) {
    this.#db = db;
    // Still due when it fails, on a full disk for example: the next run retries.
    this.#timer = setInterval(() => void this.finish().catch(() => {}), EVERY_MS).unref();
  }

  /** Runs it now, if it is due or `force` is set. @returns how many removals made it due */
  finish(force = false): Promise<number> {
    this.#running ??= this.#vacuum(force).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.finish().catch(() => {});
  }

  async #vacuum(force: boolean): Promise<number> {
    const db = this.#db;
    if (db.readOnly || db.path === ":memory:") return 0;
    const removals = await db.read(() =>
      db.statement<number>("SELECT removals FROM maintenance WHERE task = 'vacuum'").pluck().get(),
    );
    if (removals === undefined && !force) return 0;
    await vacuum(db.path);
    await db.truncateWal();
    await db.write(() =>
      db.statement("DELETE FROM maintenance WHERE task = 'vacuum' AND removals = ?").run(removals ?? 0),
    );
    return removals ?? 0;
  }
}

function vacuum(path: string): Promise<void> {
  const driver = createRequire(import.meta.url).resolve("better-sqlite3");
  return new Promise((resolve, reject) => {
    const worker = new Worker(VACUUM, { eval: true, execArgv: [], workerData: { driver, path } });
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
}
