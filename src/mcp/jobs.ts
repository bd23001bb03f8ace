import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { LRUCache } from "lru-cache";
import { type LongWork, NotFoundError, type Progress, UsageError } from "../core/index.ts";

/** For how long the outcome of an ended job can still be fetched. */
const ENDED_TTL_MS = 60 * 60 * 1000;
const MAX_RUNNING = 4;
const MAX_ENDED = 50;

/** The result of a job as text, and the cursor of its pages if it has any. */
export interface Outcome {
  readonly text: string;
  readonly cursor?: string | undefined;
}

export interface JobWork {
  /** Such as `Indexing "/photos"`. */
  readonly title: string;
  /** Calls with the same key share one job. */
  readonly key: string;
  readonly run: (work: LongWork) => Promise<Outcome>;
}

/** Long work that may outlive the call that began it. */
export interface Job {
  readonly id: string;
  readonly title: string;
  readonly state: "running" | "done" | "failed" | "cancelled";
  readonly startedAt: number;
  readonly progress: Progress | undefined;
  readonly outcome: Outcome | undefined;
  readonly error: unknown;
}

/** `ms`: how long a call waits for a job before it answers with the job's id instead. */
export interface WaitOptions {
  readonly ms: number;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

export class Jobs {
  readonly #running = new Map<string, RunningJob>();
  readonly #ended = new LRUCache<string, RunningJob>({ max: MAX_ENDED, ttl: ENDED_TTL_MS });

  /**
   * Starts the work, or joins a job that does the same, and waits a while for its end. When every waiting call was
   * cancelled before it returned the job's id, the job is stopped: nobody could follow it.
   * @throws UsageError when too many jobs run, the signal's reason when the call was cancelled
   */
  async run(work: JobWork, { ms, signal, progress }: WaitOptions): Promise<Job> {
    signal.throwIfAborted();
    const job = this.#joinOrStart(work);
    const listener = job.subscribe(progress);
    try {
      await waitFor(job.ended, ms, signal);
    } finally {
      job.listeners.delete(listener);
      if (job.listeners.size === 0 && !job.idReturned && (signal.aborted || job.state !== "running")) {
        this.#running.delete(job.id);
        this.#ended.delete(job.id);
        job.controller.abort();
      }
    }
    if (job.state === "running") job.idReturned = true;
    return job;
  }

  /** Starts work that no call waits for. */
  background(work: JobWork): Job {
    const job = this.#joinOrStart(work);
    job.idReturned = true;
    return job;
  }

  /** Resolves when the job has ended, or after `ms`. @throws NotFoundError */
  async follow(id: string, { ms, signal, progress }: WaitOptions): Promise<Job> {
    const job = this.#find(id);
    const listener = job.subscribe(progress);
    await waitFor(job.ended, ms, signal).finally(() => job.listeners.delete(listener));
    return job;
  }

  /** Aborts the job, and waits until it has ended. @throws NotFoundError */
  async cancel(id: string): Promise<Job> {
    const job = this.#find(id);
    job.controller.abort();
    await job.ended;
    return job;
  }

  all(): readonly Job[] {
    return [...this.#running.values(), ...this.#ended.values()];
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.cancel(id)));
  }

  #joinOrStart(work: JobWork): RunningJob {
    const running = [...this.#running.values()];
    const same = running.find(({ key }) => key === work.key);
    if (same) return same;
    if (running.length >= MAX_RUNNING) {
      const ids = running.map(({ id }) => id).join(", ");
      throw new UsageError(`Too many jobs are running (${ids}). Wait for one or stop one with job.`);
    }
    const job = new RunningJob(work);
    this.#running.set(job.id, job);
    // A job that was given up is in neither list.
    void job.ended.then(() => this.#running.delete(job.id) && this.#ended.set(job.id, job));
    return job;
  }

  #find(id: string): RunningJob {
    const job = this.#running.get(id) ?? this.#ended.get(id);
    if (job) return job;
    throw new NotFoundError(
      "There is no such job: ended jobs are forgotten after an hour, or with the server.",
    );
  }
}

class RunningJob implements Job {
  readonly id = randomBytes(9).toString("base64url");
  readonly title: string;
  readonly key: string;
  readonly startedAt = Date.now();
  readonly controller = new AbortController();
  readonly listeners = new Set<(progress: Progress) => void>();
  readonly ended: Promise<void>;
  /** Whether a client knows its id. */
  idReturned = false;
  state: Job["state"] = "running";
  progress: Progress | undefined;
  outcome: Outcome | undefined;
  error: unknown;

  constructor({ title, key, run }: JobWork) {
    this.title = title;
    this.key = key;
    this.ended = this.#run(run);
  }

  /** Emits the latest progress, and from now on every step. @returns what to take out of `listeners` */
  subscribe(emit: (progress: Progress) => void): (progress: Progress) => void {
    const listener = (progress: Progress) => emit(progress);
    this.listeners.add(listener);
    if (this.progress) listener(this.progress);
    return listener;
  }

  async #run(run: JobWork["run"]): Promise<void> {
    const { signal } = this.controller;
    // Every picture in flight listens.
    setMaxListeners(0, signal);
    try {
      this.outcome = await run({ signal, onProgress: (progress) => this.#report(progress) });
      this.state = signal.aborted ? "cancelled" : "done";
    } catch (error) {
      this.error = error;
      this.state = signal.aborted ? "cancelled" : "failed";
    }
  }

  #report(progress: Progress): void {
    this.progress = progress;
    for (const listener of this.listeners) listener(progress);
  }
}

/** Resolves at the end or after `ms`, whichever is first. @throws the signal's reason */
async function waitFor(ended: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  let stop = () => {};
  const timeout = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
  });
  await Promise.race([ended, timeout]).finally(stop);
}
