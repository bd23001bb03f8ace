import type { PictureSource, Rendering } from "../ports.ts";
import type { ChildMessage } from "./protocol.ts";

export type Job =
  | { readonly kind: "picture"; readonly source: PictureSource }
  | { readonly kind: "render"; readonly rendering: Rendering }
  | { readonly kind: "date"; readonly source: PictureSource }
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | { readonly kind: "checks" };

export interface Request {
  readonly ticket: number;
  readonly question: Job;
  readonly answer: (message: ChildMessage) => void;
  readonly reject: (reason: unknown) => void;
  /** How often a child died, or had to be ended, with this in its hands. */
  deaths: number;
  /** Answers that had come by the time it was sent: a picture that many later ones overtake is stuck. */
  sentAfter: number;
  /** Nobody waits for it any more. */
  withdrawn: boolean;
}

/**
 * What is asked of the child, and what it has in its hands. Words go ahead of pictures, and pictures that somebody
 * waits to see ahead of those to be embedded. A picture that was in a
 * child's hands at its death is a suspect: it is sent again alone, so that a second death has one cause.
 */
export class RequestQueue {
  readonly #urgent: Request[] = [];
  readonly #suspects: Request[] = [];
  readonly #toSee: Request[] = [];
  readonly #waiting: Request[] = [];
  readonly #sent = new Map<number, Request>();
  readonly #picturesAtOnce: number;
  #answers = 0;

  constructor(picturesAtOnce: number) {
    this.#picturesAtOnce = picturesAtOnce;
  }

  get inHand(): number {
    return this.#sent.size;
  }

  add(request: Request): void {
    this.#queueOf(request).push(request);
  }

  /** The next to send, if the child may have one more; it then counts as sent. */
  next(): Request | undefined {
    const request = this.#urgent.shift() ?? this.#nextPicture();
    if (!request) return undefined;
    request.sentAfter = this.#answers;
    this.#sent.set(request.ticket, request);
    return request;
  }

  #nextPicture(): Request | undefined {
    const pictures = this.sent().filter(isPicture);
    if (pictures.some(({ deaths }) => deaths > 0)) return undefined;
    if (this.#suspects.length > 0) return pictures.length === 0 ? this.#suspects.shift() : undefined;
    const toSee = this.#toSee.shift();
    if (toSee) return toSee;
    return pictures.length < this.#picturesAtOnce ? this.#waiting.shift() : undefined;
  }

  #queueOf(request: Request): Request[] {
    if (!isPicture(request)) return this.#urgent;
    if (request.deaths > 0) return this.#suspects;
    return request.question.kind === "render" ? this.#toSee : this.#waiting;
  }

  sent(): Request[] {
    return [...this.#sent.values()];
  }

  takeCompleted(ticket: number): Request | undefined {
    const request = this.#sent.get(ticket);
    if (this.#sent.delete(ticket)) this.#answers += 1;
    return request;
  }

  /** Gives whether it was already sent; it then keeps its place until the child answers. */
  cancel(request: Request): boolean {
    request.withdrawn = true;
    for (const queue of [this.#urgent, this.#suspects, this.#toSee, this.#waiting]) {
      const at = queue.indexOf(request);
      if (at >= 0) queue.splice(at, 1);
    }
    return this.#sent.has(request.ticket);
  }

  /** Pictures that far more later answers have overtaken than the child handles at once. */
  overtaken(): Request[] {
    const many = 8 * this.#picturesAtOnce;
    return this.sent().filter((request) => isPicture(request) && this.#answers - request.sentAfter > many);
  }

  /** Empties the child's hands. */
  takeSent(): Request[] {
    const sent = this.sent();
    this.#sent.clear();
    return sent;
  }

  /** Puts back what a lost child had, ahead of what waits. */
  putBack(request: Request): void {
    if (request.withdrawn) return;
    if (request.deaths > 0 && isPicture(request)) this.#suspects.push(request);
    else this.#queueOf(request).unshift(request);
  }

  takeAll(): Request[] {
    const waiting = [this.#urgent, this.#suspects, this.#toSee, this.#waiting].flatMap((queue) =>
      queue.splice(0),
    );
    return [...this.takeSent(), ...waiting];
  }
}

/** Whether a picture is decoded for it. */
export const isPicture = ({ question: { kind } }: Request) =>
  kind === "picture" || kind === "render" || kind === "date";
