import { randomUUID } from "node:crypto";
import { NotFoundError } from "../../errors.ts";
import type {
  FinishedJob,
  Job,
  Root,
  Route,
  Volume,
  WantedModel,
  WorkerState,
  WorkQueue,
} from "../../ports.ts";
import type { DiscordPlacement, EmbeddingSpace, FilePlacement, WorkStatus } from "../../types.ts";
import type { Connection } from "../connection.ts";
import { releaseAbandoned, requeueLost } from "./abandoned-work.ts";
import { finishWork, JobLostError } from "./finish-work.ts";
import {
  enqueueTexts,
  enqueueVectors,
  waitingVectors,
  wantedModels,
  withdrawImages,
  withdrawVectors,
} from "./image-work.ts";
import { JobQueue } from "./job-queue.ts";
import {
  enqueueFiles,
  enqueuePosts,
  waitingAttachments,
  withdrawFiles,
  withdrawPost,
} from "./placement-work.ts";
import { requeue } from "./requeue.ts";
import { takeWork } from "./take-work.ts";
import { allVolumes, putVolume, routeOf } from "./volumes.ts";
import { jobsOf, lockHeldRows, singleItemQueue, WORK_COLUMNS, type WorkRow } from "./work-rows.ts";
import { workStatus } from "./work-status.ts";
import { processName, recordHeartbeat, removeWorker, servedRoutes } from "./workers.ts";

/** A worker says every few seconds that it lives. */
const SILENCE_MS = 30_000;
const MAINTAINED_EVERY_MS = 60_000;

export interface WorkQueueOptions {
  /** A worker that is silent for longer is dead. */
  readonly silenceMs?: number | undefined;
}

/** Rows of `work`, which say what is to be done, beside jobs of pg-boss, which say who does it. */
export class ServerWorkQueue implements WorkQueue {
  readonly #db: Connection;
  readonly #jobs: JobQueue;
  readonly #silenceMs: number;
  readonly #id = `${processName()}${randomUUID()}`;
  /** Which of this worker's rows it knows of: of a take that was cut off it never heard. */
  readonly #held = new Set<number>();
  #taking = 0;
  #maintainedAt = 0;

  constructor(db: Connection, { silenceMs = SILENCE_MS }: WorkQueueOptions = {}) {
    this.#db = db;
    this.#jobs = new JobQueue(db);
    this.#silenceMs = silenceMs;
  }

  volumes(): Promise<Volume[]> {
    return allVolumes(this.#db);
  }

  putVolume(volume: string, path: string | undefined): Promise<void> {
    return putVolume(this.#db, volume, path);
  }

  async routeOf(root: Pick<Root, "path" | "host">): Promise<Route> {
    return routeOf(root, await this.volumes());
  }

  servedRoutes(): Promise<Set<Route>> {
    return servedRoutes(this.#db);
  }

  // ---------------------------------------------------------- putting work in

  enqueueFiles(route: Route, files: readonly FilePlacement[]): Promise<number> {
    return enqueueFiles(this.#db, this.#jobs, route, files);
  }

  enqueuePosts(posts: readonly DiscordPlacement[]): Promise<void> {
    return enqueuePosts(this.#db, this.#jobs, posts);
  }

  withdrawFiles(path: string): Promise<number> {
    return withdrawFiles(this.#db, path);
  }

  withdrawPost(messageId: string, attachmentId: string): Promise<void> {
    return withdrawPost(this.#db, messageId, attachmentId);
  }

  waitingAttachments(attachmentIds: readonly string[]): Promise<Set<string>> {
    return waitingAttachments(this.#db, attachmentIds);
  }

  enqueueTexts(routes: readonly Route[], limit: number): Promise<number> {
    return enqueueTexts(this.#db, this.#jobs, routes, limit);
  }

  enqueueVectors(wanted: WantedModel, routes: readonly Route[]): Promise<number> {
    return enqueueVectors(this.#db, this.#jobs, wanted, routes);
  }

  waitingVectors(space: EmbeddingSpace): Promise<number> {
    return waitingVectors(this.#db, space);
  }

  withdrawVectors(space: EmbeddingSpace): Promise<void> {
    return withdrawVectors(this.#db, space);
  }

  wantedModels(): Promise<WantedModel[]> {
    return wantedModels(this.#db);
  }

  withdrawImages(served: ReadonlySet<Route>): Promise<void> {
    return withdrawImages(this.#db, served);
  }

  // ---------------------------------------------------------- doing it

  async attend(state: WorkerState): Promise<void> {
    await this.#db.write((session) =>
      recordHeartbeat(session, { id: this.#id, ttlMs: this.#silenceMs }, state),
    );
    const held = { worker: this.#id, ids: this.#held, isTaking: () => this.#taking > 0 };
    await releaseAbandoned(this.#db, this.#jobs, held);
    if (Date.now() - this.#maintainedAt < MAINTAINED_EVERY_MS) return;
    this.#maintainedAt = Date.now();
    await this.#jobs.maintain();
    await requeueLost(this.#db, this.#jobs, state.routes);
  }

  async take(routes: readonly Route[], limit: number): Promise<Job[]> {
    for (const route of routes) {
      await this.#jobs.prepare(singleItemQueue(route));
      await this.#jobs.prepare(route);
    }
    const queues = [
      ...routes.map((route) => ({ queue: singleItemQueue(route), limit: 1 })),
      ...routes.map((route) => ({ queue: route, limit })),
    ];
    this.#taking += 1;
    try {
      for (const from of queues) {
        const rows = await this.#db.write((session) =>
          takeWork(session, this.#jobs, { worker: this.#id, ...from }),
        );
        for (const { id } of rows) this.#held.add(id);
        if (rows.length > 0) return await jobsOf(this.#db, rows);
      }
      return [];
    } finally {
      this.#taking -= 1;
    }
  }

  /** In one step; where one of them makes that impossible, each in its own. */
  async finish(finished: readonly FinishedJob[]): Promise<FinishedJob[]> {
    try {
      return await this.#db.write(async (session) => {
        const lost = await finishWork(session, this.#jobs, this.#id, finished);
        for (const { job } of finished) this.#held.delete(job.id);
        return lost;
      });
    } catch (error) {
      const isOne = error instanceof JobLostError || error instanceof NotFoundError;
      if (!isOne) throw error;
      if (finished.length === 1) return [...finished];
    }
    const lost: FinishedJob[] = [];
    for (const each of finished) lost.push(...(await this.finish([each])));
    return lost;
  }

  async giveBack(jobs: readonly Job[], how: "later" | "once it is there"): Promise<void> {
    if (jobs.length === 0) return;
    const ids = jobs.map(({ id }) => id);
    await this.#db.write(async (session) => {
      await requeue(session, this.#jobs, await lockHeldRows(session, this.#id, ids), how);
    });
    for (const id of ids) this.#held.delete(id);
  }

  async leave(): Promise<void> {
    await this.#db.write(async (session) => {
      const rows = await session.rows<WorkRow>(
        `SELECT ${WORK_COLUMNS} FROM work w WHERE w.worker = $1 ORDER BY w.id FOR UPDATE`,
        [this.#id],
      );
      await requeue(session, this.#jobs, rows, "untouched");
      await removeWorker(session, this.#id);
    });
    this.#held.clear();
  }

  status(): Promise<WorkStatus> {
    return workStatus(this.#db);
  }
}
