import { setTimeout as pause } from "node:timers/promises";
import PQueue from "p-queue";
import { indexState } from "../ingest/guild-settings.ts";
import type { Log } from "../log.ts";
import { type BackfillParts, backfillPage } from "./backfill-page.ts";
import type { BackfillJob } from "./backfill-progress.ts";
import { catchUpChannel, catchUpWithThreads } from "./catch-up.ts";

export interface WorkerParts extends BackfillParts {
  readonly log: Log;
}

/** Within a server, channels are read one after another. */
const SERVERS_AT_ONCE = 2;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 120_000;

/** Reads the history of indexed channels and catches up on messages missed while away. */
export class BackfillWorker {
  readonly #parts: WorkerParts;
  readonly #stop = new AbortController();
  readonly #queue = new PQueue({ concurrency: SERVERS_AT_ONCE });
  readonly #reading = new Set<string>();
  /** Woken while being read: there may be new jobs. */
  readonly #wokenAgain = new Set<string>();
  readonly #catchingUp = new Map<string, Promise<void>>();
  /** Servers to catch up on again, with the earliest requested time. */
  readonly #rerunFrom = new Map<string, number>();
  readonly #listeners = new Set<(job: BackfillJob) => void>();

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /** Called after every page of a job. */
  onProgress(watch: (job: BackfillJob) => void): () => void {
    this.#listeners.add(watch);
    return () => this.#listeners.delete(watch);
  }

  /** Works through the pending jobs of this server. */
  wake(guildId: string): void {
    if (this.#stop.signal.aborted) return;
    if (this.#reading.has(guildId)) {
      this.#wokenAgain.add(guildId);
      return;
    }
    this.#reading.add(guildId);
    void this.#queue.add(async () => {
      try {
        await this.#backfillGuild(guildId);
      } finally {
        this.#reading.delete(guildId);
        if (this.#wokenAgain.delete(guildId)) this.wake(guildId);
      }
    });
  }

  /** Retries channels that could not be read. */
  async retryDenied(guildId: string): Promise<void> {
    for (const job of await this.#parts.backfillProgress.list(guildId)) {
      if (job.state === "denied") await this.#parts.backfillProgress.save({ ...job, state: "running" });
    }
    this.wake(guildId);
  }

  /** Runs again if requested meanwhile. Failures are logged; channels not reached keep their gap. */
  catchUp(guildId: string, aliveAt: number): Promise<void> {
    const running = this.#catchingUp.get(guildId);
    if (running) {
      this.#rerunFrom.set(guildId, Math.min(aliveAt, this.#rerunFrom.get(guildId) ?? aliveAt));
      return running;
    }
    const work = this.#catchUp(guildId, aliveAt).finally(() => this.#catchingUp.delete(guildId));
    this.#catchingUp.set(guildId, work);
    return work;
  }

  /** For a thread that became active again or a channel that became visible again. */
  async catchUpChannel(guildId: string, channelId: string): Promise<void> {
    await this.#logFailure(guildId, channelId, () =>
      catchUpChannel(this.#parts, guildId, channelId, this.#stop.signal),
    );
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the bot is stopping"));
    await this.#queue.onIdle();
    await Promise.allSettled(this.#catchingUp.values());
  }

  async #catchUp(guildId: string, since: number): Promise<void> {
    for (let aliveAt: number | undefined = since; aliveAt !== undefined; ) {
      const { indexed } = await this.#parts.settings.get(guildId);
      for (const [channelId, { paused }] of Object.entries(indexed)) {
        if (paused || this.#parts.marks.isLive(channelId) || this.#stop.signal.aborted) continue;
        const how = { aliveAt, signal: this.#stop.signal };
        await this.#logFailure(guildId, channelId, () =>
          catchUpWithThreads(this.#parts, guildId, channelId, how),
        );
      }
      this.wake(guildId);
      aliveAt = this.#rerunFrom.get(guildId);
      this.#rerunFrom.delete(guildId);
    }
  }

  /** A channel may yield threads, which are read in the next round. */
  async #backfillGuild(guildId: string): Promise<void> {
    for (;;) {
      const jobs = await this.#pendingJobs(guildId);
      if (jobs.length === 0 || this.#stop.signal.aborted) return;
      for (const job of jobs) await this.#backfill(job);
    }
  }

  async #backfill(first: BackfillJob): Promise<void> {
    let failures = 0;
    for (let job: BackfillJob | undefined = first; job && !this.#stop.signal.aborted; ) {
      try {
        const step = await backfillPage(this.#parts, job, this.#stop.signal);
        failures = 0;
        job = await this.#parts.backfillProgress.get(first.guildId, first.channelId);
        if (job) for (const watch of this.#listeners) watch(job);
        if (step === "idle") return;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        failures += 1;
        const { guildId, channelId } = first;
        this.#parts.log.warn({ guildId, channelId, error }, "history could not be read, waiting");
        await this.#backOff(failures);
      }
    }
  }

  async #pendingJobs(guildId: string): Promise<BackfillJob[]> {
    if (!this.#parts.seesContent()) return [];
    const settings = await this.#parts.settings.get(guildId);
    const jobs = await this.#parts.backfillProgress.list(guildId);
    return jobs.filter(
      (job) => job.state === "running" && indexState(settings, { channelId: job.rootId }) === "indexed",
    );
  }

  async #backOff(failures: number): Promise<void> {
    const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
    await pause(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #logFailure(guildId: string, channelId: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#parts.log.warn({ guildId, channelId, error }, "could not catch up, will try again");
    }
  }
}
