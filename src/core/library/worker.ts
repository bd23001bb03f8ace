import { opendir } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import { GlimpseError, isLasting, LibraryError, LibraryGoneError, PictureError } from "../errors.ts";
import type { FinishedJob, Job, Outcome, Route, WorkQueue } from "../ports.ts";
import type { EmbeddingSpace, WorkReport } from "../types.ts";
import { DISCORD_ROUTE, embeddingIn, READING } from "../work-routes.ts";
import { embedPosted, postFailure } from "./add-posted.ts";
import { CommitBatch } from "./commit-batch.ts";
import { closeModel } from "./current-model.ts";
import type { LoadedModel } from "./dependencies.ts";
import { embedOriginal } from "./embed-missing.ts";
import { FileReader } from "./file-reader.ts";
import type { LibraryContext } from "./library-context.ts";
import { readPosted, readText } from "./read-texts.ts";

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
  #counts = { done: 0, failed: 0 };
  #routes: readonly Route[] = [];
  #notes: readonly string[] = [];
  #readsText = false;
  /** Models that the library is to be switched to, as far as they are installed here. */
  readonly #others = new Map<EmbeddingSpace, LoadedModel | undefined>();
  #samples: { readonly at: number; readonly done: number }[] = [];
  #attending: Promise<void> | undefined;
  /** Whether something was done since the library was last completed. */
  #isIncomplete = false;

  constructor(context: LibraryContext, queue: WorkQueue, complete: CompleteLibrary, options: WorkOptions) {
    this.#context = context;
    this.#queue = queue;
    this.#complete = complete;
    this.#options = options;
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
      for (const model of this.#others.values()) if (model) await closeModel(model);
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

  // ---------------------------------------------------------- saying that it lives

  /** One at a time: while the server is away they would pile up. */
  #attend(): Promise<void> {
    this.#attending ??= this.#attendNow().finally(() => {
      this.#attending = undefined;
    });
    return this.#attending;
  }

  async #attendNow(): Promise<void> {
    await this.#findRoutes();
    const now = Date.now();
    this.#samples = [
      ...this.#samples.filter(({ at }) => now - at < RATE_WINDOW_MS),
      { at: now, done: this.#counts.done },
    ];
    const [first = { at: now, done: 0 }] = this.#samples;
    await this.#queue.attend({
      ...this.#counts,
      concurrency: this.#concurrency,
      routes: this.#routes,
      perSecond: now > first.at ? ((this.#counts.done - first.done) * 1000) / (now - first.at) : 0,
      note: this.#notes.join(" ") || null,
    });
  }

  get #concurrency(): number {
    return this.#options.concurrency ?? this.#context.model.last.embedder.concurrency;
  }

  /** A volume that is not mounted now leads nowhere: its files are not gone. */
  async #findRoutes(): Promise<void> {
    const base: Route[] = this.#options.posts ? [DISCORD_ROUTE] : [`host.${hostname()}`];
    const notes: string[] = [];
    const volumes = this.#options.posts ? [] : await this.#context.volumes?.volumesHere();
    for (const { volume, path } of volumes ?? []) {
      if (await isThere(path)) base.push(`volume.${volume}`);
      else
        notes.push(`${path} cannot be reached or is empty, so nothing of the volume ${volume} is done here.`);
    }
    const spaces: EmbeddingSpace[] = [];
    for (const { model, space } of await this.#queue.wantedModels()) {
      if (await this.#openOther(model, space)) spaces.push(space);
      else notes.push(`${model} is not installed here as it is elsewhere: glimpse models pull ${model}.`);
    }
    const after = (suffix: string) => base.map((route) => route + suffix);
    const embedding = spaces.flatMap((space) => after(embeddingIn(space)));
    this.#routes = [...base, ...embedding, ...(this.#readsText ? after(READING) : [])];
    this.#note(notes);
  }

  /** @returns whether it is installed here */
  async #openOther(model: string, space: EmbeddingSpace): Promise<boolean> {
    if (!this.#others.has(space)) {
      const opened = await this.#context.dependencies.openModel(model).catch((error: unknown) => {
        if (!(error instanceof GlimpseError)) throw error;
        return undefined;
      });
      const fits = opened?.embedder.space === space;
      if (opened && !fits) await closeModel(opened);
      // One that is not here may be pulled meanwhile.
      if (fits) this.#others.set(space, opened);
      return fits;
    }
    return true;
  }

  #note(notes: readonly string[]): void {
    for (const note of notes) if (!this.#notes.includes(note)) this.#options.onNote?.(note);
    this.#notes = notes;
  }

  // ---------------------------------------------------------- doing jobs

  /** Jobs until none waits, or so many are done. @returns how many were taken */
  async #shift(model: LoadedModel): Promise<number> {
    const shift = new Shift(this.#context, this.#queue, model, this.#others, (finished) => {
      this.#counts.done += finished.length;
      this.#counts.failed += finished.filter(({ outcome }) => outcome && "failure" in outcome).length;
      this.#isIncomplete = true;
      this.#options.onProgress?.({ ...this.#counts });
    });
    const inFlight = new PQueue({ concurrency: this.#concurrency });
    const { signal } = this.#options;
    const giveUpWaiting = () => inFlight.clear();
    signal.addEventListener("abort", giveUpWaiting, { once: true });
    let taken = 0;
    let failure: unknown;
    try {
      while (taken < JOBS_PER_SHIFT && !signal.aborted && failure === undefined) {
        await inFlight.onSizeLessThan(1);
        const limit = Math.min(MOST_TAKEN, TAKEN_AHEAD * this.#concurrency);
        const jobs = await this.#queue.take(this.#routes, limit);
        if (jobs.length === 0) break;
        taken += jobs.length;
        if (jobs.some(({ isAlone }) => isAlone)) {
          await inFlight.onIdle();
          await shift.flush();
        }
        for (const job of jobs)
          void inFlight
            .add(() => shift.do(job))
            .catch((error: unknown) => {
              failure ??= error;
              inFlight.clear();
            });
        if (jobs.some(({ isAlone }) => isAlone)) {
          await inFlight.onIdle();
          await shift.flush();
        }
      }
      await inFlight.onIdle();
      if (failure !== undefined) throw failure;
      await shift.flush();
      return taken;
    } finally {
      signal.removeEventListener("abort", giveUpWaiting);
      await shift.close();
    }
  }
}

/** Some jobs under one model of the library. */
class Shift {
  readonly #context: LibraryContext;
  readonly #queue: WorkQueue;
  readonly #model: LoadedModel;
  readonly #others: ReadonlyMap<EmbeddingSpace, LoadedModel | undefined>;
  readonly #files: FileReader;
  readonly #batch: CommitBatch<FinishedJob>;

  constructor(
    context: LibraryContext,
    queue: WorkQueue,
    model: LoadedModel,
    others: ReadonlyMap<EmbeddingSpace, LoadedModel | undefined>,
    onStored: (finished: readonly FinishedJob[]) => void,
  ) {
    this.#context = context;
    this.#queue = queue;
    this.#model = model;
    this.#others = others;
    const { catalog } = context;
    const onWait = () => this.#batch.flush();
    this.#files = new FileReader({ catalog, embedder: model.embedder }, { onWait });
    this.#batch = new CommitBatch(async (finished) => {
      const lost = await queue.finish(finished);
      await this.#files.committed(
        finished.flatMap(({ outcome }) => (outcome && "image" in outcome ? [outcome.image.picture.id] : [])),
      );
      // What somebody else has by now stays theirs.
      await queue.giveBack(
        lost.map(({ job }) => job),
        "later",
      );
      onStored(finished.filter((each) => !lost.includes(each)));
    });
  }

  flush(): Promise<void> {
    return this.#batch.flush();
  }

  close(): Promise<void> {
    return this.#files.close();
  }

  /** @throws LibraryError; whatever else goes wrong is the job's, which is tried again later */
  async do(job: Job): Promise<void> {
    try {
      await this.#do(job);
    } catch (error) {
      if (error instanceof LibraryError) throw error;
      await this.#queue.giveBack([job], "later");
    }
  }

  async #do(job: Job): Promise<void> {
    const { task } = job;
    switch (task.kind) {
      case "file":
        return this.#addFile(job, task.placement);
      case "post":
        return this.#addPost(job, task.placement);
      case "text":
        return this.#finish(job, await this.#readText(task.image.record));
      case "vector":
        return this.#finish(job, await this.#embed(task.image.record, task.space));
    }
  }

  async #finish(job: Job, outcome: Outcome | undefined): Promise<void> {
    if (outcome) await this.#batch.add({ job, outcome });
    else await this.#queue.giveBack([job], "later");
  }

  async #addFile(job: Job, placement: Extract<Job["task"], { kind: "file" }>["placement"]): Promise<void> {
    const here = (await this.#context.volumes?.here(placement)) ?? placement;
    const keep = async (outcome: Outcome) => {
      const isAway = "failure" in outcome && !isLasting(outcome.failure.code) && !(await isThere(here.root));
      // Its disk went away, not the file.
      if (isAway) await this.#queue.giveBack([job], "once it is there");
      else await this.#batch.add({ job, outcome });
    };
    await this.#files.read(placement, keep, here.path);
  }

  async #addPost(job: Job, placement: Extract<Job["task"], { kind: "post" }>["placement"]): Promise<void> {
    const { catalog, originals } = this.#context;
    const { embedder, reader } = this.#model;
    const source = await originals.locate({ placements: [placement] });
    if (source === undefined) return this.#queue.giveBack([job], "later");
    const bytes = "bytes" in source ? source.bytes : undefined;
    try {
      const { outcome } = await embedPosted({ catalog, embedder }, source, placement);
      await this.#batch.add({ job, outcome });
      if (!reader || !bytes) return;
      // Only once it is placed may it be read.
      await this.#batch.flush();
      const id = "image" in outcome ? outcome.image.picture.id : outcome.known;
      await readPosted({ catalog, reader }, { id, bytes, guildId: placement.guildId });
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      if (!isLasting(error.code)) return this.#queue.giveBack([job], "later");
      await this.#batch.add({
        job,
        outcome: { failure: postFailure(error, bytes?.byteLength ?? 0, placement) },
      });
    }
  }

  async #readText(
    record: Extract<Job["task"], { kind: "text" }>["image"]["record"],
  ): Promise<Outcome | undefined> {
    const { reader } = this.#model;
    const engine = await reader?.engine();
    if (!reader || engine === undefined) return undefined;
    const read = await readText({ originals: this.#context.originals, reader }, record, undefined);
    return read && { reading: { ...read.reading, engine } };
  }

  async #embed(
    record: Extract<Job["task"], { kind: "vector" }>["image"]["record"],
    space: EmbeddingSpace,
  ): Promise<Outcome | undefined> {
    const embedder = this.#others.get(space)?.embedder;
    const embedded =
      embedder && (await embedOriginal({ embedder, originals: this.#context.originals }, record));
    return embedded && { space, ...embedded };
  }
}

/** A folder that is missing or empty is one whose disk is away. */
async function isThere(path: string): Promise<boolean> {
  try {
    for await (const _ of await opendir(path)) return true;
  } catch {
    // Whatever prevents looking prevents reading too.
  }
  return false;
}
