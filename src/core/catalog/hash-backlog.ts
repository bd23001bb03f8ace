import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { ImageKey } from "../ports.ts";
import type { Connection } from "./connection.ts";

/** Pictures per step, which blocks every other writer. */
const PICTURES_PER_STEP = 200;
/** Pause between two steps, for other writers. */
const PAUSE_MS = 20;

/**
 * On its own thread and connection: a million pictures take minutes. Each step is atomic, and resumes from the catalog
 * where the last one ended, in whichever process that was. Triggers write the rows, as for a newly added picture.
 */
const FILL = `
  const { workerData } = require("node:worker_threads");
  const Database = require(workerData.driver);
  const database = new Database(workerData.path, { timeout: 60000 });
  database.pragma("synchronous = FULL");
  database.pragma("secure_delete = ON");
  const backlog = database.prepare("SELECT done, last FROM hash_backlog");
  const end = database.prepare("SELECT max(key) FROM (SELECT key FROM images WHERE key > ? AND key <= ? ORDER BY key LIMIT ?)").pluck();
  const fill = database.prepare("UPDATE images SET fingerprint = fingerprint WHERE key > ? AND key <= ?");
  const advance = database.prepare("UPDATE hash_backlog SET done = ?");
  const clear = database.prepare("DELETE FROM hash_backlog");
  const step = database.transaction(() => {
    const left = backlog.get();
    if (!left) return false;
    const upTo = end.get(left.done, left.last, workerData.pictures);
    if (upTo === null) return clear.run(), false;
    fill.run(left.done, upTo);
    advance.run(upTo);
    return true;
  });
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (step.immediate()) Atomics.wait(pause, 0, 0, workerData.pause);
  database.close();
`;

export interface HashesLeft {
  /** Pictures up to this key have their rows. */
  readonly done: ImageKey;
  /** So do those after this one. */
  readonly last: ImageKey;
}

/** The pictures of an older library that have no rows in `hashes` yet; filled in from the first query on. */
export class HashBacklog {
  readonly #db: Connection;
  #filling: Worker | undefined;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** Undefined when every picture has its rows. */
  async left(): Promise<HashesLeft | undefined> {
    const db = this.#db;
    const left = await db.read(() => db.statement<HashesLeft>("SELECT done, last FROM hash_backlog").get());
    if (left) this.#fill();
    return left;
  }

  /** A step in progress completes or is rolled back; the next process resumes from there. */
  async close(): Promise<void> {
    await this.#filling?.terminate();
  }

  #fill(): void {
    if (this.#filling || this.#db.readOnly || this.#db.path === ":memory:") return;
    const driver = createRequire(import.meta.url).resolve("better-sqlite3");
    const workerData = { driver, path: this.#db.path, pictures: PICTURES_PER_STEP, pause: PAUSE_MS };
    const worker = new Worker(FILL, { eval: true, execArgv: [], workerData });
    worker.unref();
    // A full disk, or a lock held for a minute: the next query retries.
    worker.once("error", () => {});
    worker.once("exit", () => {
      this.#filling = undefined;
    });
    this.#filling = worker;
  }
}
