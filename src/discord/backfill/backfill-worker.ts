import PQueue from "p-queue";
import { compareSnowflakes } from "../gateway/payloads.ts";
import { indexState } from "../ingest/guild-settings.ts";
import type { Log } from "../log.ts";
import { type BackfillParts, backfillPage } from "./backfill-page.ts";
import type { BackfillJob } from "./backfill-progress.ts";
import { catchUpChannel, catchUpWithThreads } from "./catch-up.ts";

export interface WorkerParts extends BackfillParts {
  readonly log: Log;
}

/** Channels before threads, of which those opened last are most likely asked for. */
const newestFirst = (a: BackfillJob, b: BackfillJob): number =>
  Number(isThread(a)) - Number(isThread(b)) ||
  (isThread(a) ? compareSnowflakes(b.channelId, a.channelId) : 0);

const isThread = ({ channelId, rootId }: BackfillJob): boolean => channelId !== rootId;

/** Of one server, one page is read at a time; the pictures of all pages are fetched in turns. */
const SERVERS_AT_ONCE = 8;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 120_000;

/** Reads the history of indexed channels and catches up on messages missed while away. */
export class BackfillWorker {
  readonly #parts: WorkerParts;
  readonly #stop = new AbortController();
  readonly #queue = new PQueue({ concurrency: SERVERS_AT_ONCE });
  readonly #reading = new Set<string>();
  /** Channels that could not be read for the moment. */
  readonly #failures = new Map<string, { readonly failures: number; readonly retryAt: number }>();
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
    this.#readNextPage(guildId, []);
  }

  /** One page of one channel, then it is another server's turn, and in this one another channel's. */
  #readNextPage(guildId: string, round: readonly BackfillJob[]): void {
    void this.#queue.add(async () => {
      const [job, ...later] = round.length > 0 ? round : await this.#nextRound(guildId);
      if (job && !this.#stop.signal.aborted) {
        await this.#readPage(job);
        this.#readNextPage(guildId, later);
        return;
      }
      this.#reading.delete(guildId);
      if (this.#wokenAgain.delete(guildId)) this.wake(guildId);
    });
  }

  /** None while the library cannot be read: maintenance wakes the server again. */
  async #nextRound(guildId: string): Promise<BackfillJob[]> {
    try {
      return await this.#pendingJobs(guildId);
    } catch (error) {
      this.#parts.log.warn({ guildId, error }, "the histories to read could not be listed");
      return [];
    }
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

  async #readPage({ guildId, channelId }: BackfillJob): Promise<void> {
    const { backfillProgress, log } = this.#parts;
    try {
      const job = await backfillProgress.get(guildId, channelId);
      if (job?.state !== "running") return;
      await backfillPage(this.#parts, job, this.#stop.signal);
      this.#failures.delete(channelId);
      const changed = await backfillProgress.get(guildId, channelId);
      if (changed) for (const watch of this.#listeners) watch(changed);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      log.warn({ guildId, channelId, error }, "history could not be read, waiting");
      this.#readLater(guildId, channelId);
    }
  }

  /** The others go on meanwhile. */
  #readLater(guildId: string, channelId: string): void {
    const failures = (this.#failures.get(channelId)?.failures ?? 0) + 1;
    const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
    this.#failures.set(channelId, { failures, retryAt: Date.now() + ms });
    setTimeout(() => this.wake(guildId), ms + 1).unref();
  }

  async #pendingJobs(guildId: string): Promise<BackfillJob[]> {
    if (!this.#parts.seesContent()) return [];
    const settings = await this.#parts.settings.get(guildId);
    const jobs = await this.#parts.backfillProgress.list(guildId);
    const now = Date.now();
    const pending = jobs.filter(
      ({ state, rootId, channelId }) =>
        state === "running" &&
        indexState(settings, { channelId: rootId }) === "indexed" &&
        (this.#failures.get(channelId)?.retryAt ?? 0) <= now,
    );
    return pending.sort(newestFirst);
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
