import type { Progress } from "../core/index.ts";
import { untrusted } from "./untrusted-text.ts";

/** No client draws faster than this. */
const SHORTEST_MS = 250;
const LONGEST_MS = 1000;

/**
 * Shows a client that slow work is alive: the work's own steps, not too many of them, and in between that it
 * goes on. The protocol wants every number to be greater than the last.
 */
export class Heartbeat {
  readonly #send: ((progress: Progress) => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #startedAt = Date.now();
  #latest: Progress;
  #told = -1;
  #toldAt = 0;

  /** Without `send` it does nothing. */
  constructor(title: string, send: ((progress: Progress) => void) | undefined) {
    this.#send = send;
    this.#latest = { stage: title, done: 0, total: null };
    if (send) this.#timer = setInterval(() => this.#beat(), LONGEST_MS);
  }

  report(progress: Progress): void {
    this.#latest = progress;
    if (progress.done <= this.#told || Date.now() - this.#toldAt < SHORTEST_MS) return;
    this.#tell(progress.done, untrusted(progress.stage, 80));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (Date.now() - this.#toldAt < LONGEST_MS) return;
    const { done, stage } = this.#latest;
    const seconds = Math.round((Date.now() - this.#startedAt) / 1000);
    // A trifle more than the last number, so that it grows without claiming work that was not done.
    this.#tell(done > this.#told ? done : this.#told + 1e-6, `${untrusted(stage, 80)}, ${seconds} s`);
  }

  #tell(done: number, stage: string): void {
    this.#told = done;
    this.#toldAt = Date.now();
    this.#send?.({ stage, done, total: this.#latest.total });
  }
}
