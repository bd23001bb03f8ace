import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { ImageKey } from "../ports.ts";
import type { Connection } from "./connection/connection.ts";
import { INDEX_TEXTS } from "./words/text-rows.ts";

/** Images per step, which blocks every other writer. */
const IMAGES_PER_STEP = 200;
/** Pause between two steps, for other writers. */
const PAUSE_MS = 20;

/** What migrations left to do for the images that were there: a table of what is left, and the statements for some of them. */
const BACKLOGS = {
  /** Triggers write the rows, as for a newly added picture. */
  hashes: {
    table: "hash_backlog",
    fill: ["UPDATE images SET fingerprint = fingerprint WHERE key > @after AND key <= @upTo"],
  },
  texts: { table: "text_backlog", fill: INDEX_TEXTS },
} as const;

/**
 * On its own thread and connection: a million pictures take minutes. Each step is atomic, and resumes from the catalog
 * where the last one ended, in whichever process that was.
 */
const FILL = `
  const { workerData } = require("node:worker_threads");
  const Database = require(workerData.driver);
  const database = new Database(workerData.path, { timeout: 60000 });
  database.pragma("synchronous = FULL");
  database.pragma("secure_delete = ON");
  database.pragma("foreign_keys = ON");
  const backlog = database.prepare("SELECT done, last FROM " + workerData.table);
  const end = database.prepare("SELECT max(key) FROM (SELECT key FROM images WHERE key > ? AND key <= ? ORDER BY key LIMIT ?)").pluck();
  const fill = workerData.fill.map((statement) => database.prepare(statement));
  const advance = database.prepare("UPDATE " + workerData.table + " SET done = ?");
  const clear = database.prepare("DELETE FROM " + workerData.table);
  const step = database.transaction(() => {
    const left = backlog.get();
    if (!left) return false;
    const upTo = end.get(left.done, left.last, workerData.images);
    if (upTo === null) return clear.run(), false;
    for (const statement of fill) statement.run({ after: left.done, upTo });
    advance.run(upTo);
    return true;
  });
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (step.immediate()) Atomics.wait(pause, 0, 0, workerData.pause);
  database.close();
`;

export interface ImagesLeft {
  /** Images up to this key have their rows. */
  readonly done: ImageKey;
  /** So do those after this one. */
  readonly last: ImageKey;
}

/** The images of an older library that lack rows which newer ones are added with; filled in from the first query on. */
export class Backlog {
  readonly #db: Connection;
  readonly #of: (typeof BACKLOGS)[keyof typeof BACKLOGS];
  #filling: { readonly worker: Worker; readonly ended: Promise<void> } | undefined;

  constructor(db: Connection, of: keyof typeof BACKLOGS) {
    this.#db = db;
    this.#of = BACKLOGS[of];
  }

  /** Undefined when every image has its rows. */
  async left(): Promise<ImagesLeft | undefined> {
    const db = this.#db;
    const left = await db.read(() =>
      db.statement<ImagesLeft>(`SELECT done, last FROM ${this.#of.table}`).get(),
    );
    if (left) this.#fill();
    return left;
  }

  /** Resolves when nothing is left, the signal aborts, or filling failed; the next query tries again. */
  async done(signal?: AbortSignal): Promise<void> {
    if ((await this.left()) === undefined || !this.#filling || signal?.aborted) return;
    const aborted = new Promise<void>((resolve) => {
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([this.#filling.ended, aborted]);
  }

  /** A step in progress completes or is rolled back; the next process resumes from there. */
  async close(): Promise<void> {
    await this.#filling?.worker.terminate();
  }

  #fill(): void {
    if (this.#filling || this.#db.readOnly || this.#db.path === ":memory:") return;
    const driver = createRequire(import.meta.url).resolve("better-sqlite3");
    const workerData = {
      driver,
      path: this.#db.path,
      images: IMAGES_PER_STEP,
      pause: PAUSE_MS,
      ...this.#of,
    };
    const worker = new Worker(FILL, { eval: true, execArgv: [], workerData });
    worker.unref();
    // A full disk, or a lock held for a minute: the next query retries.
    worker.once("error", () => {});
    const ended = new Promise<void>((resolve) => {
      worker.once("exit", () => {
        this.#filling = undefined;
        resolve();
      });
    });
    this.#filling = { worker, ended };
  }
}
