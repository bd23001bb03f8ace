import type { ChildProcessOptions } from "../child-process.ts";
import { GlimpseError, PictureError } from "../errors.ts";
import { hasFilmPrograms } from "../image/film/film-programs.ts";
import { DEFAULT_PICTURE_LIMITS } from "../image/picture-limits.ts";
import { measure } from "../measurements.ts";
import type { LocatedModel, LocatedReader } from "../models/located-model.ts";
import { TrainingCounts } from "../models/training-counts.ts";
import { traitsOf } from "../models/traits.ts";
import type {
  ComparablePicture,
  EmbeddedPicture,
  EmbeddedText,
  Embedder,
  IdentifiedPicture,
  InspectedPicture,
  IsWanted,
  MeasuredPicture,
  PictureComparison,
  PictureSource,
  ReadPictureText,
  Rendering,
} from "../ports.ts";
import type { DeviceChoice, EmbeddingSpace, ModelTraits, PictureLimits, RenderedImage } from "../types.ts";
import { DEVICE_BATCH } from "./device-tower.ts";
import { DeviceTrials, type DeviceTrialsOptions } from "./device-trials.ts";
import { type Child, type ChildExit, startEmbeddingChild } from "./embedding-child.ts";
import { processors } from "./processors.ts";
import type { CheckResult, ChildMessage, ComparisonBatch, OpenRequest, Tuning } from "./protocol.ts";
import { isPicture, type Job, type Request, RequestQueue } from "./request-queue.ts";
import { deserializeError } from "./serialized-error.ts";
import { CHILD_MEMORY, memoryLimitFor, tuningFor } from "./tuning.ts";

export interface OnnxEmbedderOptions extends DeviceTrialsOptions {
  readonly model: LocatedModel;
  readonly limits?: Partial<PictureLimits> | undefined;
  readonly tuning?: Partial<Tuning> | undefined;
  /** Whether other programs are to have the processor first. */
  readonly nice?: boolean | undefined;
  /** Resident bytes of the child at which it is replaced by a fresh one. Default: 1.5 GiB more than the weights. */
  readonly memoryLimit?: number | undefined;
  /** The child ends after this long without work. Default: five minutes. */
  readonly idleMs?: number | undefined;
  /** A child that has work and sends nothing for this long is stuck. Default: 30 s beyond the limit of a picture. */
  readonly hangMs?: number | undefined;
  readonly childProcess?: ChildProcessOptions | undefined;
  readonly startChild?: typeof startEmbeddingChild | undefined;
}

/** A request is retried after this many crashes. */
const MAX_CRASHES = 1;
const MAX_FAILED_STARTS = 1;
/** A starting process may take longer than a running one: a cold disk, a busy machine. */
const START_TIMEOUT_MS = 60_000;
/** A child is not replaced for its size before this many responses: its start has to pay off. */
const MIN_RESPONSES = 32;

/** Embeds in a child process, which starts on first need and is replaced when it dies, hangs or grows too large. */
export class OnnxEmbedder implements Embedder {
  readonly space: EmbeddingSpace;
  readonly dimensions: number;
  readonly traits: ModelTraits;
  readonly maxBytes: number;
  readonly maxMemory: number;
  readonly concurrency: number;
  readonly #opening: Omit<OpenRequest, "devices">;
  readonly #devices: DeviceTrials;
  readonly #ownMemoryLimit: number;
  readonly #idleMs: number;
  readonly #hangMs: number;
  readonly #childProcess: ChildProcessOptions | undefined;
  readonly #startChild: typeof startEmbeddingChild;
  readonly #queue: RequestQueue;
  #shownWords: Promise<TrainingCounts> | undefined;
  #child: Child | undefined;
  #ending: Promise<void> = Promise.resolve();
  /** The child finishes what it has and gets nothing more. */
  #retiring = false;
  /** The requests that an unresponsive child was killed for. */
  #stuck: ReadonlySet<Request> | undefined;
  #failedStarts = 0;
  #isReady = false;
  #responses = 0;
  #nextRequestId = 1;
  #memoryLimit: number;
  #watchdog: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: OnnxEmbedderOptions) {
    const { model } = options;
    const limits = { ...DEFAULT_PICTURE_LIMITS, ...options.limits };
    const tuning = { ...tuningFor(processors(), options), ...options.tuning };
    this.space = model.space;
    this.dimensions = model.descriptor.dimensions;
    this.traits = traitsOf(model.descriptor);
    this.maxBytes = limits.maxBytes;
    this.maxMemory = limits.maxMemory;
    this.#devices = new DeviceTrials(options);
    const batch = this.#devices.hasDevices ? DEVICE_BATCH : tuning.batch;
    this.concurrency = 2 * batch + 2 * tuning.decoders;
    this.#opening = { kind: "open", model, limits, tuning, deviceAsked: !this.#devices.isAuto };
    this.#ownMemoryLimit = options.memoryLimit ?? memoryLimitFor(model.weightBytes);
    this.#memoryLimit = this.#ownMemoryLimit;
    this.#idleMs = options.idleMs ?? 5 * 60_000;
    this.#hangMs = options.hangMs ?? limits.timeoutMs + 30_000;
    this.#childProcess = options.childProcess;
    this.#startChild = options.startChild ?? startEmbeddingChild;
    this.#queue = new RequestQueue(this.concurrency);
  }

  embedPicture(source: PictureSource, signal?: AbortSignal): Promise<EmbeddedPicture> {
    return this.#request({ kind: "picture", source, asks: false }, signal, embeddedIn);
  }

  async embedIfWanted(
    source: PictureSource,
    isWanted: IsWanted,
    signal?: AbortSignal,
  ): Promise<IdentifiedPicture> {
    const job = { kind: "picture", source, asks: true } as const;
    try {
      const identified = await this.#request(job, signal, identifiedIn, isWanted);
      if (identified.embedded) measure("picture", { outcome: "embedded" });
      return identified;
    } catch (error) {
      if (error instanceof PictureError) measure("picture", { outcome: error.code });
      throw error;
    }
  }

  async embedTexts(texts: readonly string[], signal?: AbortSignal): Promise<EmbeddedText[]> {
    if (texts.length === 0) return [];
    return this.#request({ kind: "texts", texts }, signal, (message) =>
      message.kind === "texts" ? [...message.answers] : undefined,
    );
  }

  render(rendering: Rendering, signal?: AbortSignal): Promise<RenderedImage> {
    return this.#request({ kind: "render", rendering }, signal, (message) =>
      message.kind === "render" ? message.rendered : undefined,
    );
  }

  inspectPicture(source: PictureSource, signal?: AbortSignal): Promise<InspectedPicture> {
    return this.#request({ kind: "inspect", source }, signal, (message) =>
      message.kind === "inspect" ? message.inspected : undefined,
    );
  }

  measurePicture(source: PictureSource, signal?: AbortSignal): Promise<MeasuredPicture> {
    return this.#request({ kind: "measure", source }, signal, (message) =>
      message.kind === "measure" ? message.measured : undefined,
    );
  }

  compare(
    pictures: readonly ComparablePicture[],
    pairs: ComparisonBatch["pairs"],
    signal?: AbortSignal,
  ): Promise<PictureComparison[]> {
    return this.#request({ kind: "compare", comparisons: { pictures, pairs } }, signal, (message) =>
      message.kind === "compare" ? [...message.compared] : undefined,
    );
  }

  async trainingCounts(words: readonly string[]): Promise<readonly number[] | undefined> {
    const { shownWords } = this.#opening.model.paths;
    if (shownWords === undefined) return undefined;
    this.#shownWords ??= TrainingCounts.read(shownWords);
    const known = await this.#shownWords;
    return words.map((word) => known.trainingCounts(word));
  }

  readsFilms(): Promise<boolean> {
    return hasFilmPrograms(this.#childProcess?.env);
  }

  /** Reads the text in a picture, in the same process. */
  readText(
    reading: {
      readonly source: PictureSource;
      readonly readers: readonly LocatedReader[];
      readonly moments?: readonly number[] | undefined;
    },
    signal?: AbortSignal,
  ): Promise<ReadPictureText> {
    return this.#request({ kind: "read", ...reading }, signal, (message) =>
      message.kind === "read" ? message.read : undefined,
    );
  }

  /** Compares the model's answers on this machine with the published ones. */
  check(signal?: AbortSignal): Promise<CheckResult[]> {
    return this.#request({ kind: "checks" }, signal, (message) =>
      message.kind === "checks" ? [...message.results] : undefined,
    );
  }

  /** Tries what may be tried, and says what pictures are embedded on then. */
  async chooseDevice(signal?: AbortSignal): Promise<[DeviceChoice]> {
    if (this.#devices.hasDevices)
      await this.#request({ kind: "choose" }, signal, (message) => message.kind === "chosen" || undefined);
    return [this.device()];
  }

  /** What pictures are embedded on now. */
  device(): DeviceChoice {
    return this.#devices.choice();
  }

  async close(): Promise<void> {
    const reason = new GlimpseError("The embedder was closed before this was embedded.");
    for (const request of this.#queue.takeAll()) request.reject(reason);
    this.#endChild();
    await this.#ending;
  }

  #request<Answer>(
    job: Job,
    signal: AbortSignal | undefined,
    read: (message: ChildMessage) => Answer | undefined,
    isWanted?: IsWanted,
  ): Promise<Answer> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (job.kind === "picture") this.#devices.tellOfImpossible();
    return new Promise((resolve, reject) => {
      const settled = () => signal?.removeEventListener("abort", abort);
      const request: Request = {
        requestId: this.#nextRequestId++,
        job,
        resolve: (message) => {
          settled();
          const answer = read(message);
          if (answer !== undefined) resolve(answer);
          else if (message.kind === "failed") reject(deserializeError(message.error));
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
        isWanted,
        crashes: 0,
        completedBefore: 0,
        cancelled: false,
      };
      const abort = () => {
        reject(signal?.reason);
        const { requestId } = request;
        if (this.#queue.cancel(request)) this.#child?.send({ kind: "cancel", requestId });
        else this.#devices.cancel(request);
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#queue.add(request);
      this.#sendMore();
    });
  }

  #sendMore(): void {
    const wasIdle = this.#queue.inFlight === 0;
    while (!this.#retiring) {
      const request = this.#queue.next();
      if (!request) break;
      this.#child ??= this.#newChild();
      this.#child.send({ requestId: request.requestId, ...request.job });
    }
    const isIdle = this.#queue.inFlight === 0;
    this.#child?.holdProcess(!isIdle);
    if (isIdle) this.#startIdleTimer();
    else if (wasIdle) this.#resetWatchdog();
  }

  #newChild(): Child {
    this.#isReady = false;
    this.#responses = 0;
    this.#memoryLimit = this.#ownMemoryLimit;
    const devices = this.#devices.forNewChild();
    const events = {
      onMessage: (message: ChildMessage) => child === this.#child && this.#receive(message),
      onEnd: (end: ChildExit) => child === this.#child && this.#recover(end),
    };
    const child = this.#startChild({ ...this.#opening, devices }, events, this.#childProcess);
    return child;
  }

  #receive(message: ChildMessage): void {
    this.#isReady = true;
    this.#failedStarts = 0;
    if (message.kind === "trying") this.#devices.begin(message.device);
    this.#resetWatchdog();
    if (message.kind === "trying") return;
    if (message.kind === "device") return this.#useDevice(message);
    if (message.kind === "reading" && message.requestId !== undefined)
      this.#queue.takesLong(message.requestId);
    if (message.kind === "ready" || message.kind === "reading") return;
    if (message.kind === "identified") return this.#answer(message);
    this.#responses += 1;
    this.#complete(message);
    if ("rss" in message && this.#isTooLarge(message.rss)) this.#retiring = true;
    if (this.#retiring && this.#queue.inFlight === 0) this.#endChild();
    const overtaken = this.#queue.overtaken();
    if (overtaken.length > 0) this.#killStuckChild(overtaken);
    this.#sendMore();
  }

  #complete(message: Extract<ChildMessage, { requestId: number }>): void {
    const request = this.#queue.takeCompleted(message.requestId);
    if (request) this.#devices.acquit(request);
    request?.resolve(message);
  }

  #useDevice({ found, rss }: Extract<ChildMessage, { kind: "device" }>): void {
    // Its driver's memory counts as the child's own.
    if (found.device !== "cpu") this.#memoryLimit = Math.max(this.#ownMemoryLimit, rss + CHILD_MEMORY);
    this.#devices.settle(found);
  }

  /** A picture that is no longer waited for is not wanted. */
  #answer({ requestId, id }: Extract<ChildMessage, { kind: "identified" }>): void {
    const child = this.#child;
    const request = this.#queue.sentAs(requestId);
    const tell = (isWanted: boolean) => child?.send({ kind: "decision", requestId, isWanted });
    if (!request?.isWanted || request.cancelled) return tell(false);
    request.isWanted(id).then(tell, (error: unknown) => {
      request.reject(error);
      tell(false);
    });
  }

  #isTooLarge(rss: number): boolean {
    return rss > this.#memoryLimit && this.#responses >= MIN_RESPONSES;
  }

  /** The child is gone. What it had in flight goes to a new one, or fails. */
  #recover(end: ChildExit): void {
    const stuck = this.#stuck;
    const isOfDevice = this.#devices.blames(end, stuck !== undefined);
    this.#forgetChild();
    if (isOfDevice) {
      for (const request of this.#queue.takeInFlight()) this.#queue.requeue(request);
      return this.#sendMore();
    }
    if (!end.wasReady && ++this.#failedStarts > MAX_FAILED_STARTS) {
      for (const request of this.#queue.takeAll()) request.reject(cannotStart(end));
      return;
    }
    for (const request of this.#queue.takeInFlight()) {
      if (end.wasReady && (stuck?.has(request) ?? true)) request.crashes += 1;
      if (request.crashes <= MAX_CRASHES || this.#devices.putsOnTrial(request)) this.#queue.requeue(request);
      else request.reject(failureOf(request, end, stuck !== undefined));
    }
    this.#sendMore();
  }

  #resetWatchdog(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(
      () => this.#killStuckChild(this.#queue.overtaken()),
      this.#mayBeSilentMs(),
    ).unref();
  }

  #mayBeSilentMs(): number {
    const ownMs = this.#isReady ? this.#hangMs : Math.max(this.#hangMs, START_TIMEOUT_MS);
    return this.#devices.silenceMs ?? ownMs;
  }

  /** A decoder stuck on one picture does not silence the child: then only the overtaken pictures are suspects. */
  #killStuckChild(overtaken: readonly Request[]): void {
    if (this.#queue.inFlight === 0) return;
    this.#stuck = overtaken.length > 0 ? new Set(overtaken) : new Set(this.#queue.sent());
    this.#child?.kill();
  }

  #startIdleTimer(): void {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#queue.inFlight === 0 && this.#endChild(), this.#idleMs).unref();
  }

  #endChild(): void {
    const child = this.#child;
    this.#forgetChild();
    if (child) this.#ending = child.end();
  }

  #forgetChild(): void {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#watchdog);
    this.#child = undefined;
    this.#stuck = undefined;
    this.#devices.forgetChild();
    this.#retiring = false;
  }
}

const embeddedIn = (message: ChildMessage): EmbeddedPicture | undefined =>
  message.kind === "picture"
    ? {
        picture: message.picture,
        embedding: message.embedding,
        ...(message.parts && { parts: message.parts }),
      }
    : undefined;

function identifiedIn(message: ChildMessage): IdentifiedPicture | undefined {
  if (message.kind === "unwanted") return { id: message.id };
  const embedded = embeddedIn(message);
  return embedded && { id: embedded.picture.id, embedded };
}

const errorOutput = ({ stderr }: ChildExit) => (stderr ? ` Its error output: ${stderr}` : "");

const cannotStart = (end: ChildExit) =>
  new GlimpseError(`The embedding process cannot start. Run \`glimpse doctor\`.${errorOutput(end)}`);

function failureOf(request: Request, end: ChildExit, stuck: boolean): Error {
  if (!isPicture(request)) {
    return new GlimpseError(
      `The embedding process crashed twice on this. Run \`glimpse doctor\`.${errorOutput(end)}`,
    );
  }
  return stuck
    ? new PictureError("timeout", "Reading this picture did not finish, twice.")
    : new PictureError("crashed-decoder", "Reading this picture crashed the embedding process, twice.");
}
