import { availableParallelism } from "node:os";
import type { ChildProcessOptions } from "../child-process.ts";
import { GlimpseError, PictureError } from "../errors.ts";
import { defaultLimits } from "../image/picture-limits.ts";
import type { LocatedModel } from "../models/located-model.ts";
import { traitsOf } from "../models/traits.ts";
import type {
  DatedPicture,
  EmbeddedPicture,
  EmbeddedText,
  Embedder,
  PictureSource,
  Rendering,
} from "../ports.ts";
import type { EmbeddingSpace, ModelTraits, PictureLimits, RenderedImage } from "../types.ts";
import { type Child, type ChildExit, startEmbeddingChild } from "./embedding-child.ts";
import type { CheckResult, ChildMessage, ChildOptions, Tuning } from "./protocol.ts";
import { isPicture, type Job, type Request, RequestQueue } from "./request-queue.ts";
import { deserializeError } from "./serialized-error.ts";

export interface OnnxEmbedderOptions {
  readonly model: LocatedModel;
  readonly limits?: Partial<PictureLimits> | undefined;
  readonly tuning?: Partial<Tuning> | undefined;
  /** Resident bytes of the child at which it is replaced by a fresh one. Default: 1.5 GiB beside the weights. */
  readonly memoryLimit?: number | undefined;
  /** The child ends after this long without work. Default: five minutes. */
  readonly idleMs?: number | undefined;
  /** A child that has work and says nothing for this long is stuck. Default: 30 s beyond a picture's own limit. */
  readonly hangMs?: number | undefined;
  readonly childProcess?: ChildProcessOptions | undefined;
  readonly startChild?: typeof startEmbeddingChild | undefined;
}

const GIB = 1024 ** 3;
/** A picture, or a text, in the hands of this many dying children is given up. */
const DEATHS_ALLOWED = 1;
const FAILED_STARTS_ALLOWED = 1;
/** A process that is starting may take longer than one that answers: a cold disk, a busy machine. */
const START_MS = 60_000;
/** A child is not replaced for its size before it has earned its start. */
const ANSWERS_BEFORE_REPLACING = 32;

/** Embeds in a child process, which starts on first need and is replaced when it dies, hangs or grows too large. */
export class OnnxEmbedder implements Embedder {
  readonly space: EmbeddingSpace;
  readonly dimensions: number;
  readonly traits: ModelTraits;
  readonly concurrency: number;
  readonly #opening: ChildOptions;
  readonly #memoryLimit: number;
  readonly #idleMs: number;
  readonly #hangMs: number;
  readonly #childProcess: ChildProcessOptions | undefined;
  readonly #startChild: typeof startEmbeddingChild;
  readonly #queue: RequestQueue;
  #child: Child | undefined;
  #ending: Promise<void> = Promise.resolve();
  /** The child answers what it has and gets nothing more. */
  #retiring = false;
  /** Those that an unanswering child was ended for. */
  #stuck: ReadonlySet<Request> | undefined;
  #failedStarts = 0;
  #isReady = false;
  #answersOfChild = 0;
  #nextRequestId = 1;
  #watchdog: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;

  constructor(options: OnnxEmbedderOptions) {
    const { model } = options;
    const limits = { ...defaultLimits, ...options.limits };
    const tuning = { ...tuningFor(availableParallelism()), ...options.tuning };
    this.space = model.space;
    this.dimensions = model.descriptor.dimensions;
    this.traits = traitsOf(model.descriptor);
    this.concurrency = 2 * tuning.batch + 2 * tuning.decoders;
    this.#opening = { kind: "open", model, limits, tuning };
    this.#memoryLimit = options.memoryLimit ?? 1.5 * GIB + 2 * model.weightBytes;
    this.#idleMs = options.idleMs ?? 5 * 60_000;
    this.#hangMs = options.hangMs ?? limits.timeoutMs + 30_000;
    this.#childProcess = options.childProcess;
    this.#startChild = options.startChild ?? startEmbeddingChild;
    this.#queue = new RequestQueue(this.concurrency);
  }

  embedPicture(source: PictureSource, signal?: AbortSignal): Promise<EmbeddedPicture> {
    return this.#request({ kind: "picture", source }, signal, (message) =>
      message.kind === "picture" ? { picture: message.picture, embedding: message.embedding } : undefined,
    );
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

  datePicture(source: PictureSource, signal?: AbortSignal): Promise<DatedPicture> {
    return this.#request({ kind: "date", source }, signal, (message) =>
      message.kind === "date" ? message.dated : undefined,
    );
  }

  /** Compares the model's answers with the published ones; for `doctor`. */
  check(signal?: AbortSignal): Promise<CheckResult[]> {
    return this.#request({ kind: "checks" }, signal, (message) =>
      message.kind === "checks" ? [...message.results] : undefined,
    );
  }

  async close(): Promise<void> {
    const reason = new GlimpseError("The embedder was closed before this was embedded.");
    for (const request of this.#queue.takeAll()) request.reject(reason);
    this.#endChild();
    await this.#ending;
  }

  #request<Answer>(
    question: Job,
    signal: AbortSignal | undefined,
    read: (message: ChildMessage) => Answer | undefined,
  ): Promise<Answer> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const settled = () => signal?.removeEventListener("abort", abort);
      const request: Request = {
        ticket: this.#nextRequestId++,
        question,
        answer: (message) => {
          settled();
          const answer = read(message);
          if (answer !== undefined) resolve(answer);
          else if (message.kind === "refused") reject(deserializeError(message.refusal));
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
        deaths: 0,
        sentAfter: 0,
        withdrawn: false,
      };
      const abort = () => {
        reject(signal?.reason);
        const { ticket } = request;
        if (this.#queue.cancel(request)) this.#child?.send({ kind: "cancel", ticket });
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#queue.add(request);
      this.#sendMore();
    });
  }

  #sendMore(): void {
    const wasIdle = this.#queue.inHand === 0;
    while (!this.#retiring) {
      const request = this.#queue.next();
      if (!request) break;
      this.#child ??= this.#newChild();
      this.#child.send({ ticket: request.ticket, ...request.question });
    }
    const isIdle = this.#queue.inHand === 0;
    this.#child?.holdProcess(!isIdle);
    if (isIdle) this.#restLater();
    else if (wasIdle) this.#expectNews();
  }

  #newChild(): Child {
    this.#isReady = false;
    this.#answersOfChild = 0;
    const events = {
      onMessage: (message: ChildMessage) => child === this.#child && this.#receive(message),
      onEnd: (end: ChildExit) => child === this.#child && this.#recover(end),
    };
    const child = this.#startChild(this.#opening, events, this.#childProcess);
    return child;
  }

  #receive(message: ChildMessage): void {
    this.#isReady = true;
    this.#failedStarts = 0;
    this.#expectNews();
    if (message.kind === "ready") return;
    this.#answersOfChild += 1;
    this.#queue.takeCompleted(message.ticket)?.answer(message);
    if (message.kind === "picture" && this.#isTooLarge(message.rss)) this.#retiring = true;
    if (this.#retiring && this.#queue.inHand === 0) this.#endChild();
    const overtaken = this.#queue.overtaken();
    if (overtaken.length > 0) this.#endStuckChild(overtaken);
    this.#sendMore();
  }

  #isTooLarge(rss: number): boolean {
    return rss > this.#memoryLimit && this.#answersOfChild >= ANSWERS_BEFORE_REPLACING;
  }

  /** The child is gone. What it had goes to a fresh one, or is given up. */
  #recover(end: ChildExit): void {
    const stuck = this.#stuck;
    this.#forgetChild();
    if (!end.wasReady && ++this.#failedStarts > FAILED_STARTS_ALLOWED) {
      for (const request of this.#queue.takeAll()) request.reject(cannotStart(end));
      return;
    }
    for (const request of this.#queue.takeSent()) {
      if (end.wasReady && (stuck?.has(request) ?? true)) request.deaths += 1;
      if (request.deaths > DEATHS_ALLOWED) request.reject(givenUp(request, end, stuck !== undefined));
      else this.#queue.putBack(request);
    }
    this.#sendMore();
  }

  /** Starts the time anew in which the child must say something. */
  #expectNews(): void {
    clearTimeout(this.#watchdog);
    const patienceMs = this.#isReady ? this.#hangMs : Math.max(this.#hangMs, START_MS);
    this.#watchdog = setTimeout(() => this.#endStuckChild(this.#queue.overtaken()), patienceMs).unref();
  }

  /** A decoder stuck on one picture does not silence the child: then only the overtaken are to blame. */
  #endStuckChild(overtaken: readonly Request[]): void {
    if (this.#queue.inHand === 0) return;
    this.#stuck = overtaken.length > 0 ? new Set(overtaken) : new Set(this.#queue.sent());
    this.#child?.kill();
  }

  #restLater(): void {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#queue.inHand === 0 && this.#endChild(), this.#idleMs).unref();
  }

  #endChild(): void {
    const child = this.#child;
    this.#forgetChild();
    if (child) this.#ending = child.end();
  }

  #forgetChild(): void {
    clearTimeout(this.#rest);
    clearTimeout(this.#watchdog);
    this.#child = undefined;
    this.#stuck = undefined;
    this.#retiring = false;
  }
}

/** Chosen with bench/indexing.ts. */
export function tuningFor(cores: number): Tuning {
  return { batch: 8, decoders: Math.min(cores, 8), threads: cores };
}

const said = ({ complaint }: ChildExit) => (complaint ? ` It said: ${complaint}` : "");

const cannotStart = (end: ChildExit) =>
  new GlimpseError(`The embedding process cannot start. Run \`glimpse doctor\`.${said(end)}`);

function givenUp(request: Request, end: ChildExit, stuck: boolean): Error {
  if (!isPicture(request)) {
    return new GlimpseError(
      `The embedding process ended twice over this. Run \`glimpse doctor\`.${said(end)}`,
    );
  }
  return stuck
    ? new PictureError("timeout", "Reading this picture did not come to an end, twice.")
    : new PictureError("crashed-decoder", "Reading this picture ended the embedding process, twice.");
}
