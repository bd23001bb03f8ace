import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Connection } from "./connection.ts";

/** In a process that stays, all removals of this long are answered by one rewriting. */
const EVERY_MS = 10 * 60_000;

/** On its own thread and connection, since it copies the whole file; everybody can read meanwhile. */
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

/** Inside the write that erases: remembered until it is done, also by the next process. */
export function scheduleVacuum(db: Connection): void {
  db.statement(
    `INSERT INTO chores (name, owed) VALUES ('rewrite', 1) ON CONFLICT (name) DO UPDATE SET owed = owed + 1`,
  ).run();
}

/**
 * SQLite zeroes what it deletes (secure_delete), but when it splits or merges pages it leaves stray copies of rows
 * in the gaps between them, and zeroes none of those later. Only writing the file anew takes them away. That costs
 * about 4 seconds a gigabyte, so it is done when the catalog is closed, and every ten minutes at most before.
 */
export class VacuumScheduler {
  readonly #db: Connection;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;

  constructor(db: Connection) {
    this.#db = db;
    // Owed still when it fails, on a full disk for example: the next time tries again.
    this.#timer = setInterval(() => this.finish().catch(() => {}), EVERY_MS).unref();
  }

  /** Now, if it is owed. */
  finish(): Promise<void> {
    this.#running ??= this.#vacuum().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.finish().catch(() => {});
  }

  async #vacuum(): Promise<void> {
    const db = this.#db;
    if (db.readOnly || db.path === ":memory:") return;
    const owed = await db.read(() =>
      db.statement<number>("SELECT owed FROM chores WHERE name = 'rewrite'").pluck().get(),
    );
    if (owed === undefined) return;
    await vacuum(db.path);
    await db.truncateWal();
    await db.write(() => db.statement("DELETE FROM chores WHERE name = 'rewrite' AND owed = ?").run(owed));
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
