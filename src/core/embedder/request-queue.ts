import type { LocatedReader } from "../models/located-model.ts";
import type { IsWanted, PictureSource, Rendering } from "../ports.ts";
import type { ChildMessage, ComparisonBatch } from "./protocol.ts";

export type Job =
  | { readonly kind: "picture"; readonly source: PictureSource; readonly asks: boolean }
  | { readonly kind: "render"; readonly rendering: Rendering }
  | { readonly kind: "inspect"; readonly source: PictureSource }
  | { readonly kind: "measure"; readonly source: PictureSource }
  | { readonly kind: "compare"; readonly comparisons: ComparisonBatch }
  | {
      readonly kind: "read";
      readonly source: PictureSource;
      readonly readers: readonly LocatedReader[];
      readonly moments?: readonly number[] | undefined;
    }
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | { readonly kind: "checks" }
  | { readonly kind: "choose" };

export interface Request {
  readonly requestId: number;
  readonly job: Job;
  readonly resolve: (message: ChildMessage) => void;
  readonly reject: (reason: unknown) => void;
  /** Of a picture that asks. */
  readonly isWanted?: IsWanted | undefined;
  /** How often a child crashed, or had to be killed, while it worked on this. */
  crashes: number;
  /** How many requests had completed when it was sent: a picture that many later ones overtake is stuck. */
  completedBefore: number;
  /** What moves, and HEIC: of these the child tells that it gets on. */
  takesLong?: boolean;
  cancelled: boolean;
}

/**
 * Requests that wait for the child, and those it is working on. Texts go ahead of pictures, and pictures to render ahead
 * of those to embed, and these ahead of those to read. A picture that a child crashed on is a suspect: it is sent again alone, so that a second crash has
 * one cause.
 */
export class RequestQueue {
  readonly #urgent: Request[] = [];
  readonly #suspects: Request[] = [];
  readonly #toRender: Request[] = [];
  readonly #waiting: Request[] = [];
  readonly #toRead: Request[] = [];
  readonly #sent = new Map<number, Request>();
  readonly #maxPictures: number;
  #completed = 0;

  constructor(maxPictures: number) {
    this.#maxPictures = maxPictures;
  }

  get inFlight(): number {
    return this.#sent.size;
  }

  add(request: Request): void {
    this.#queueOf(request).push(request);
  }

  /** The next request to send, if the child may take one more. */
  next(): Request | undefined {
    const request = this.#urgent.shift() ?? this.#nextPicture();
    if (!request) return undefined;
    request.completedBefore = this.#completed;
    this.#sent.set(request.requestId, request);
    return request;
  }

  #nextPicture(): Request | undefined {
    const pictures = this.sent().filter(isPicture);
    if (pictures.some(({ crashes }) => crashes > 0)) return undefined;
    if (this.#suspects.length > 0) return pictures.length === 0 ? this.#suspects.shift() : undefined;
    const toRender = this.#toRender.shift();
    if (toRender) return toRender;
    return pictures.length < this.#maxPictures ? (this.#waiting.shift() ?? this.#toRead.shift()) : undefined;
  }

  #queueOf(request: Request): Request[] {
    if (!isPicture(request)) return this.#urgent;
    if (request.crashes > 0) return this.#suspects;
    if (request.job.kind === "render" || request.job.kind === "compare") return this.#toRender;
    return request.job.kind === "read" ? this.#toRead : this.#waiting;
  }

  sent(): Request[] {
    return [...this.#sent.values()];
  }

  sentAs(requestId: number): Request | undefined {
    return this.#sent.get(requestId);
  }

  takesLong(requestId: number): void {
    const request = this.#sent.get(requestId);
    if (request) request.takesLong = true;
  }

  takeCompleted(requestId: number): Request | undefined {
    const request = this.#sent.get(requestId);
    if (this.#sent.delete(requestId)) this.#completed += 1;
    return request;
  }

  /** @returns whether it was sent already: it then stays in flight until the child responds */
  cancel(request: Request): boolean {
    request.cancelled = true;
    for (const queue of [this.#urgent, this.#suspects, this.#toRender, this.#waiting, this.#toRead]) {
      const at = queue.indexOf(request);
      if (at >= 0) queue.splice(at, 1);
    }
    return this.#sent.has(request.requestId);
  }

  /** Pictures overtaken by far more later requests than the child handles at once. */
  overtaken(): Request[] {
    const limit = 8 * this.#maxPictures;
    const isOvertaken = (request: Request) => this.#completed - request.completedBefore > limit;
    return this.sent().filter(
      // One that is full of text takes as long as hundreds without.
      (request) =>
        isPicture(request) && request.job.kind !== "read" && !request.takesLong && isOvertaken(request),
    );
  }

  /** Removes and returns everything in flight. */
  takeInFlight(): Request[] {
    const sent = this.sent();
    this.#sent.clear();
    return sent;
  }

  /** Queues what a lost child had in flight again, ahead of what waits. */
  requeue(request: Request): void {
    if (request.cancelled) return;
    if (request.crashes > 0 && isPicture(request)) this.#suspects.push(request);
    else this.#queueOf(request).unshift(request);
  }

  takeAll(): Request[] {
    const waiting = [this.#urgent, this.#suspects, this.#toRender, this.#waiting, this.#toRead].flatMap(
      (queue) => queue.splice(0),
    );
    return [...this.takeInFlight(), ...waiting];
  }
}

/** Whether it decodes a picture. */
export const isPicture = ({ job: { kind } }: Request) =>
  kind === "picture" ||
  kind === "render" ||
  kind === "inspect" ||
  kind === "measure" ||
  kind === "compare" ||
  kind === "read";
