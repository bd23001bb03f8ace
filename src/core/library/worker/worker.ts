import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import { LibraryError, LibraryGoneError } from "../../errors.ts";
import type { FinishedJob, Route, WorkQueue } from "../../ports.ts";
import type { WorkReport } from "../../types.ts";
import { READING } from "../../work-routes.ts";
import type { LoadedModel } from "../dependencies.ts";
import type { LibraryContext } from "../library-context.ts";
import { JobRunner } from "./job-runner.ts";
import { reachableRoutes } from "./reachable-routes.ts";
import { WantedModels } from "./wanted-models.ts";

/** How often it says that it lives, by default. */
const ATTEND_MS = 5000;
const LOOK_AGAIN_MS = 500;
/** Between tries while the server is away. */
const AWAY_MS = 5000;
/** Jobs after which it looks whether the library has another model now. */
const JOBS_PER_SHIFT = 512;
/** Taken for each picture in flight: few, so that no other worker is idle while one has plenty. */
const TAKEN_AHEAD = 4;
const MOST_TAKEN = 32;
const TEXTS_AT_ONCE = 1000;
const RATE_WINDOW_MS = 60_000;

export interface WorkOptions {
  /** Ends the work: what was begun is finished, what was only taken is given back. */
  readonly signal: AbortSignal;
  /** Pictures in flight. Default: at which throughput is best on this machine. */
  readonly concurrency?: number | undefined;
  /** Take posts instead of files; for that, originals must be readable from Discord: see `Library.readOriginalsWith`. */
  readonly posts?: boolean | undefined;
  /** Called with what keeps it from some of the work, in a sentence, once until it changes. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Called after jobs were stored, with the counts so far. */
  readonly onProgress?: ((report: WorkReport) => void) | undefined;
  /** Default 5,000. */
  readonly attendMs?: number | undefined;
}

/** What else a worker does once nothing waits: tags of new images, the graph. */
type CompleteLibrary = (model: LoadedModel) => Promise<void>;

/**
 * Does what other processes leave to workers, until the signal aborts: adds files and posts, reads text, embeds images by
 * a model that the library is to be switched to. It outlives a server that goes away and comes back.
 * @throws LibraryGoneError, and GlimpseError for what only a person can help, such as another model than the library's
 */
export async function work(
  context: LibraryContext,
  queue: WorkQueue,
  complete: CompleteLibrary,
  options: WorkOptions,
): Promise<WorkReport> {
  return new Worker(context, queue, complete, options).run();
}

class Worker {
  readonly #context: LibraryContext;
  readonly #queue: WorkQueue;
  readonly #complete: CompleteLibrary;
  readonly #options: WorkOptions;
  readonly #wanted: WantedModels;
  readonly #rate = new WorkRate();
  #counts = { done: 0, failed: 0 };
  #routes: readonly Route[] = [];
  #notes: readonly string[] = [];
  #readsText = false;
  #attending: Promise<void> | undefined;
  /** Whether something was done since the library was last completed. */
  #isIncomplete = false;

  constructor(context: LibraryContext, queue: WorkQueue, complete: CompleteLibrary, options: WorkOptions) {
    this.#context = context;
    this.#queue = queue;
    this.#complete = complete;
    this.#options = options;
    this.#wanted = new WantedModels(context.dependencies.openModel);
  }

  async run(): Promise<WorkReport> {
    const { signal, attendMs = ATTEND_MS } = this.#options;
    await this.#prepareReading();
    await this.#attend();
    const pulse = setInterval(() => void this.#attend().catch(() => undefined), attendMs);
    try {
      while (!signal.aborted) await this.#workUnlessAway();
    } finally {
      clearInterval(pulse);
      await this.#attending?.catch(() => undefined);
      await this.#queue.leave();
      await this.#wanted.close();
    }
    return this.#counts;
  }

  /** Text that another way of reading has read waits from then on. */
  async #prepareReading(): Promise<void> {
    const { reader } = this.#context.model.last;
    const engine = await reader?.engine();
    this.#readsText = engine !== undefined;
    if (engine !== undefined) await this.#context.catalog.readings.startWith(engine);
  }

  async #workUnlessAway(): Promise<void> {
    const { signal } = this.#options;
    try {
      if ((await this.#context.withModel((model) => this.#shift(model))) > 0) return;
      if (await this.#fillQueue()) return;
      await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    } catch (error) {
      // The graph, say, is made ready by whoever comes next.
      if (signal.aborted && error instanceof Error && error.name === "AbortError") return;
      if (!(error instanceof LibraryError) || error instanceof LibraryGoneError) throw error;
      this.#note([error.message]);
      await sleep(AWAY_MS, undefined, { signal }).catch(() => undefined);
      // What it had taken is free, for itself too; where that fails again, its silence has the same effect.
      await this.#queue.leave().catch(() => undefined);
      await this.#attend().catch(() => undefined);
    }
  }

  /** Once nothing waits: what makes new images complete, and text that nobody is asked to read yet. */
  async #fillQueue(): Promise<boolean> {
    if (this.#isIncomplete) {
      this.#isIncomplete = false;
      await this.#context.withModel((model) => this.#complete(model));
    }
    const routes = this.#routes.filter((route) => route.endsWith(READING));
    return routes.length > 0 && (await this.#queue.enqueueTexts(routes, TEXTS_AT_ONCE)) > 0;
  }

  /** Jobs until none waits, or so many are done. @returns how many were taken */
  async #shift(model: LoadedModel): Promise<number> {
    const { signal } = this.#options;
    const runner = new JobRunner(this.#context, this.#queue, { model, wanted: this.#wanted }, (finished) =>
      this.#count(finished),
    );
    const inFlight = new PQueue({ concurrency: this.#concurrency });
    const dropWaiting = () => inFlight.clear();
    signal.addEventListener("abort", dropWaiting, { once: true });
    const settle = async () => {
      await inFlight.onIdle();
      await runner.flush();
    };
    let taken = 0;
    let failure: unknown;
    try {
      while (taken < JOBS_PER_SHIFT && !signal.aborted && failure === undefined) {
        await inFlight.onSizeLessThan(1);
        const limit = Math.min(MOST_TAKEN, TAKEN_AHEAD * this.#concurrency);
        const jobs = await this.#queue.take(this.#routes, limit);
        if (jobs.length === 0) break;
        taken += jobs.length;
        const isAlone = jobs.some((job) => job.isAlone);
        if (isAlone) await settle();
        for (const job of jobs)
          void inFlight
            .add(() => runner.run(job))
            .catch((error: unknown) => {
              failure ??= error;
              dropWaiting();
            });
        if (isAlone) await settle();
      }
      await inFlight.onIdle();
      if (failure !== undefined) throw failure;
      await runner.flush();
      return taken;
    } finally {
      signal.removeEventListener("abort", dropWaiting);
      await runner.close();
    }
  }

  #count(finished: readonly FinishedJob[]): void {
    this.#counts.done += finished.length;
    this.#counts.failed += finished.filter(({ outcome }) => outcome && "failure" in outcome).length;
    this.#isIncomplete = true;
    this.#options.onProgress?.({ ...this.#counts });
  }

  get #concurrency(): number {
    return this.#options.concurrency ?? this.#context.model.last.embedder.concurrency;
  }

  // ---------------------------------------------------------- saying that it lives

  /** One at a time: while the server is away they would pile up. */
  #attend(): Promise<void> {
    this.#attending ??= this.#attendNow().finally(() => {
      this.#attending = undefined;
    });
    return this.#attending;
  }

  async #attendNow(): Promise<void> {
    const { posts = false } = this.#options;
    const can = { posts, readsText: this.#readsText, wanted: this.#wanted };
    const { routes, notes } = await reachableRoutes(this.#context, this.#queue, can);
    this.#routes = routes;
    this.#note(notes);
    await this.#queue.attend({
      ...this.#counts,
      concurrency: this.#concurrency,
      routes,
      perSecond: this.#rate.sample(this.#counts.done),
      note: this.#notes.join(" ") || null,
    });
  }

  /** Tells those that were not told last time. */
  #note(notes: readonly string[]): void {
    for (const note of notes) if (!this.#notes.includes(note)) this.#options.onNote?.(note);
    this.#notes = notes;
  }
}

/** How fast jobs are done, over the last minute. */
class WorkRate {
  #samples: { readonly at: number; readonly done: number }[] = [];

  /** @param done how many are done so far @returns how many a second */
  sample(done: number): number {
    const now = Date.now();
    this.#samples = [...this.#samples.filter(({ at }) => now - at < RATE_WINDOW_MS), { at: now, done }];
    const [first = { at: now, done }] = this.#samples;
    return now > first.at ? ((done - first.done) * 1000) / (now - first.at) : 0;
  }
}
