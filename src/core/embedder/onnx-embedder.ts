import { availableParallelism } from "node:os";
import { GlimpseError, PictureError } from "../errors.ts";
import { defaultLimits } from "../image/picture-limits.ts";
import type { LocatedModel } from "../models/located-model.ts";
import { traitsOf } from "../models/traits.ts";
import type { EmbeddedPicture, EmbeddedText, Embedder, PictureSource } from "../ports.ts";
import type { EmbeddingSpace, ModelTraits, PictureLimits } from "../types.ts";
import { EmbeddingChild } from "./embedding-child.ts";
import type { CheckResult, FromChild, Opening, ToChild, Tuning } from "./protocol.ts";
import { fromRefusal } from "./refusal.ts";

export interface OnnxEmbedderOptions {
  readonly model: LocatedModel;
  readonly limits?: Partial<PictureLimits> | undefined;
  readonly tuning?: Partial<Tuning> | undefined;
  /** Resident bytes of the child at which it is replaced by a fresh one. Default: 1.5 GiB beside the weights. */
  readonly memoryLimit?: number | undefined;
  /** The child ends after this long without work. Default five minutes. */
  readonly idleMs?: number | undefined;
  /** A child that says nothing for this long while it has work is stuck. Default: the picture timeout and 30 s. */
  readonly hangMs?: number | undefined;
}

const GIB = 1024 ** 3;
const DEATHS_FORGIVEN = 1;
/** A child is not replaced for its memory before it has earned its start. */
const PICTURES_BEFORE_RECYCLING = 32;

type Question = { readonly kind: "picture"; readonly source: PictureSource } | TextQuestion;
type TextQuestion =
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | { readonly kind: "checks" };

interface Request {
  readonly ticket: number;
  readonly question: Question;
  readonly answer: (message: FromChild) => void;
  readonly reject: (reason: unknown) => void;
  /** How often the child died while it had this. */
  deaths: number;
  /** Nobody waits any more. */
  dropped: boolean;
  /** Pictures answered by then; a picture that many later ones overtake is stuck. */
  sentAfter: number;
}

/** Embeds in a child process, which starts on first need and is replaced when it dies, hangs or grows too large. */
export class OnnxEmbedder implements Embedder {
  readonly space: EmbeddingSpace;
  readonly dimensions: number;
  readonly traits: ModelTraits;
  readonly concurrency: number;
  readonly #opening: Opening;
  readonly #memoryLimit: number;
  readonly #idleMs: number;
  readonly #hangMs: number;
  readonly #urgent: Request[] = [];
  readonly #waiting: Request[] = [];
  /** Pictures that were in a child when it died: each is tried again alone. */
  readonly #suspects: Request[] = [];
  readonly #sent = new Map<number, Request>();
  #child: EmbeddingChild | undefined;
  #ending: Promise<void> = Promise.resolve();
  #retiring = false;
  #nextTicket = 1;
  #answered = 0;
  #answeredByChild = 0;
  #watchdog: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor({ model, limits, tuning, memoryLimit, idleMs, hangMs }: OnnxEmbedderOptions) {
    this.space = model.space;
    this.dimensions = model.descriptor.dimensions;
    this.traits = traitsOf(model.descriptor);
    this.#opening = {
      kind: "open",
      model,
      limits: { ...defaultLimits, ...limits },
      tuning: { ...tuningFor(availableParallelism()), ...tuning },
    };
    const { batch, decoders } = this.#opening.tuning;
    this.concurrency = 2 * batch + 2 * decoders;
    this.#memoryLimit = memoryLimit ?? 1.5 * GIB + 2 * weightBytes(model);
    this.#idleMs = idleMs ?? 5 * 60_000;
    this.#hangMs = hangMs ?? this.#opening.limits.timeoutMs + 30_000;
  }

  embedPicture(source: PictureSource, signal?: AbortSignal): Promise<EmbeddedPicture> {
    return this.#ask({ kind: "picture", source }, signal, (message) =>
      message.kind === "picture" ? { picture: message.picture, embedding: message.embedding } : undefined,
    );
  }

  async embedTexts(texts: readonly string[], signal?: AbortSignal): Promise<EmbeddedText[]> {
    if (texts.length === 0) return [];
    return this.#ask({ kind: "texts", texts }, signal, (message) =>
      message.kind === "texts" ? [...message.answers] : undefined,
    );
  }

  /** Compares the model's answers with the published ones; for `doctor`. */
  check(signal?: AbortSignal): Promise<CheckResult[]> {
    return this.#ask({ kind: "checks" }, signal, (message) =>
      message.kind === "checks" ? [...message.results] : undefined,
    );
  }

  async close(): Promise<void> {
    const reason = new GlimpseError("The embedder was closed before this was embedded.");
    for (const request of this.#everyRequest()) request.reject(reason);
    for (const queue of [this.#urgent, this.#waiting, this.#suspects]) queue.length = 0;
    this.#sent.clear();
    this.#endChild();
    await this.#ending;
  }

  #ask<Answer>(
    question: Question,
    signal: AbortSignal | undefined,
    read: (message: FromChild) => Answer | undefined,
  ): Promise<Answer> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const request: Request = {
        ticket: this.#nextTicket++,
        question,
        answer: (message) => {
          signal?.removeEventListener("abort", abort);
          if (message.kind === "refused") return reject(fromRefusal(message.refusal));
          const answer = read(message);
          if (answer !== undefined) resolve(answer);
        },
        reject: (reason) => {
          signal?.removeEventListener("abort", abort);
          reject(reason);
        },
        deaths: 0,
        dropped: false,
        sentAfter: 0,
      };
      const abort = () => {
        reject(signal?.reason);
        this.#drop(request);
      };
      signal?.addEventListener("abort", abort, { once: true });
      (question.kind === "picture" ? this.#waiting : this.#urgent).push(request);
      this.#sendMore();
    });
  }

  #drop(request: Request): void {
    request.dropped = true;
    for (const queue of [this.#urgent, this.#waiting, this.#suspects]) {
      const at = queue.indexOf(request);
      if (at >= 0) queue.splice(at, 1);
    }
    if (this.#sent.has(request.ticket)) this.#child?.send({ kind: "cancel", ticket: request.ticket });
  }

  #sendMore(): void {
    clearTimeout(this.#idle);
    while (this.#canSend()) {
      const request = this.#urgent.shift() ?? this.#suspects.shift() ?? this.#waiting.shift();
      if (!request) break;
      this.#child ??= this.#startChild();
      request.sentAfter = this.#answered;
      this.#sent.set(request.ticket, request);
      this.#child.send(messageFor(request));
    }
    this.#child?.holdProcess(this.#sent.size > 0);
    this.#watch();
    if (this.#sent.size === 0) this.#rest();
  }

  /** A suspect is alone in the child, so that its death has one cause. */
  #canSend(): boolean {
    if (this.#retiring) return false;
    if (this.#urgent.length > 0) return true;
    const pictures = [...this.#sent.values()].filter(({ question }) => question.kind === "picture");
    if (pictures.some(({ deaths }) => deaths > 0)) return false;
    return this.#suspects.length > 0 ? pictures.length === 0 : pictures.length < this.concurrency;
  }

  #startChild(): EmbeddingChild {
    this.#answeredByChild = 0;
    const child = new EmbeddingChild(this.#opening, {
      onMessage: (message) => {
        if (child === this.#child) this.#receive(message);
      },
      onEnd: (end) => {
        if (child === this.#child) this.#recover(end);
      },
    });
    return child;
  }

  #receive(message: FromChild): void {
    if (message.kind === "ready") {
      this.#watch();
      return;
    }
    const request = this.#sent.get(message.ticket);
    if (!request) return;
    this.#sent.delete(message.ticket);
    this.#answered += 1;
    this.#answeredByChild += 1;
    request.answer(message);
    if (message.kind === "picture" && this.#hasGrown(message.rss)) this.#retiring = true;
    if (this.#retiring && this.#sent.size === 0) this.#endChild();
    this.#endIfOvertaken();
    this.#sendMore();
  }

  #hasGrown(rss: number): boolean {
    return rss > this.#memoryLimit && this.#answeredByChild >= PICTURES_BEFORE_RECYCLING;
  }

  /** The child is gone, and what it had goes to a fresh one, or is given up. */
  #recover({ wasReady, complaint }: { readonly wasReady: boolean; readonly complaint: string }): void {
    this.#child = undefined;
    this.#retiring = false;
    const lost = [...this.#sent.values()].filter(({ dropped }) => !dropped);
    this.#sent.clear();
    for (const request of lost) {
      request.deaths += 1;
      if (!wasReady) request.reject(cannotStart(complaint));
      else if (request.deaths > DEATHS_FORGIVEN) request.reject(gaveUp(request, complaint));
      else (request.question.kind === "picture" ? this.#suspects : this.#urgent).push(request);
    }
    this.#sendMore();
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    if (this.#sent.size === 0) return;
    this.#watchdog = setTimeout(() => this.#endHung([...this.#sent.values()]), this.#hangMs);
    this.#watchdog.unref();
  }

  /** A decoder stuck on one picture does not silence the child; that many later pictures answered betray it. */
  #endIfOvertaken(): void {
    const stuck = [...this.#sent.values()].filter(
      ({ question, sentAfter }) =>
        question.kind === "picture" && this.#answered - sentAfter > 8 * this.concurrency,
    );
    if (stuck.length > 0) this.#endHung(stuck);
  }

  #endHung(stuck: readonly Request[]): void {
    void stuck;
    this.#child?.kill();
  }

  #rest(): void {
    clearTimeout(this.#watchdog);
    if (!this.#child) return;
    this.#idle = setTimeout(() => this.#endChild(), this.#idleMs);
    this.#idle.unref();
  }

  #endChild(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#watchdog);
    const child = this.#child;
    this.#child = undefined;
    this.#retiring = false;
    if (child) this.#ending = child.end();
  }

  *#everyRequest(): Iterable<Request> {
    yield* this.#urgent;
    yield* this.#waiting;
    yield* this.#suspects;
    yield* this.#sent.values();
  }
}

/** Chosen with bench/indexing.ts. */
export function tuningFor(cores: number): Tuning {
  return { batch: 8, decoders: Math.min(cores, 8), threads: cores };
}

function weightBytes({ descriptor, paths }: LocatedModel): number {
  return Object.entries(descriptor.files)
    .filter(([path]) => [paths.image, paths.text].some((used) => used.endsWith(path)))
    .reduce((sum, [, { bytes = 0 }]) => sum + bytes, 0);
}

function messageFor({ ticket, question }: Request): ToChild {
  return { ticket, ...question };
}

const cannotStart = (complaint: string) =>
  new GlimpseError(
    `The embedding process cannot start. Run \`glimpse doctor\`. It said: ${complaint || "nothing"}`,
  );

function gaveUp({ question }: Request, complaint: string): Error {
  if (question.kind === "picture") {
    return new PictureError("crashed-decoder", "Reading this picture ended the embedding process twice.");
  }
  return new GlimpseError(
    `The embedding process ended twice while embedding words. It said: ${complaint || "nothing"}`,
  );
}
