import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { type LongWork, NotFoundError, type Progress, UsageError } from "../core/index.ts";

/** Ended jobs are remembered this long, so that an assistant can still ask what came of them. */
const KEPT_MS = 60 * 60 * 1000;
const MAX_RUNNING = 4;
const MAX_ENDED = 50;

/** What came of a job, in words, and where its results can be paged through. */
export interface Outcome {
  readonly text: string;
  readonly cursor?: string | undefined;
}

export interface JobWork {
  /** What it does, in words, such as `Indexing "/photos"`. */
  readonly title: string;
  /** Calls that want the same work share one job. */
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

/** How long a call waits for a job before it answers with the job's id instead. */
export interface WaitOptions {
  readonly ms: number;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

export class Jobs {
  readonly #jobs = new Map<string, RunningJob>();

  /**
   * Starts the work, or joins a job that does the same, and waits a while for its end. When every call that
   * waited has gone without learning the job's id, the job is stopped: nobody could follow it.
   * @throws UsageError when too many jobs run, the signal's reason when the call was cancelled
   */
  async run(work: JobWork, { ms, signal, progress }: WaitOptions): Promise<Job> {
    signal.throwIfAborted();
    const job = this.#joinOrStart(work);
    const listener = job.tell(progress);
    try {
      await waitFor(job.ended, ms, signal);
    } finally {
      job.listeners.delete(listener);
      if (job.listeners.size === 0 && !job.known && (signal.aborted || job.state !== "running")) {
        this.#jobs.delete(job.id);
        job.controller.abort();
      }
    }
    if (job.state === "running") job.known = true;
    return job;
  }

  /** Work that nobody waits for. */
  background(work: JobWork): Job {
    const job = this.#joinOrStart(work);
    job.known = true;
    return job;
  }

  /** Resolves when the job has ended, or after `ms`. @throws NotFoundError */
  async follow(id: string, { ms, signal, progress }: WaitOptions): Promise<Job> {
    const job = this.#find(id);
    const listener = job.tell(progress);
    await waitFor(job.ended, ms, signal).finally(() => job.listeners.delete(listener));
    return job;
  }

  /** Asks it to stop, and waits until it has. @throws NotFoundError */
  async cancel(id: string): Promise<Job> {
    const job = this.#find(id);
    job.controller.abort();
    await job.ended;
    return job;
  }

  all(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  async close(): Promise<void> {
    await Promise.all([...this.#jobs.keys()].map((id) => this.cancel(id)));
  }

  #joinOrStart(work: JobWork): RunningJob {
    this.#forget();
    const running = [...this.#jobs.values()].filter(({ state }) => state === "running");
    const same = running.find(({ key }) => key === work.key);
    if (same) return same;
    if (running.length >= MAX_RUNNING) {
      const ids = running.map(({ id }) => id).join(", ");
      throw new UsageError(`${running.length} jobs are running (${ids}). Wait for one or stop one with job.`);
    }
    const job = new RunningJob(work);
    this.#jobs.set(job.id, job);
    return job;
  }

  #find(id: string): RunningJob {
    const job = this.#jobs.get(id);
    if (job) return job;
    throw new NotFoundError(
      "There is no such job: ended jobs are forgotten after an hour, or with the server.",
    );
  }

  #forget(): void {
    const ended = [...this.#jobs.values()].filter(({ state }) => state !== "running");
    const old = ended.filter(
      ({ endedAt }, at) => Date.now() - endedAt > KEPT_MS || at < ended.length - MAX_ENDED,
    );
    for (const { id } of old) this.#jobs.delete(id);
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
  /** Whether somebody was told its id. */
  known = false;
  state: Job["state"] = "running";
  endedAt = 0;
  progress: Progress | undefined;
  outcome: Outcome | undefined;
  error: unknown;

  constructor({ title, key, run }: JobWork) {
    this.title = title;
    this.key = key;
    this.ended = this.#follow(run);
  }

  /** Tells how far it is, and from now on every step. */
  tell(progress: (progress: Progress) => void): (progress: Progress) => void {
    const listener = (told: Progress) => progress(told);
    this.listeners.add(listener);
    if (this.progress) listener(this.progress);
    return listener;
  }

  async #follow(run: JobWork["run"]): Promise<void> {
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
    this.endedAt = Date.now();
  }

  #report(progress: Progress): void {
    this.progress = progress;
    for (const listener of this.listeners) listener(progress);
  }
}

/** Resolves at the end or after `ms`, whichever is first. @throws the signal's reason */
async function waitFor(ended: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  let stop = () => {};
  const impatience = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
  });
  await Promise.race([ended, impatience]).finally(stop);
}
