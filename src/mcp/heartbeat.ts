import type { Progress } from "../core/index.ts";
import { untrusted } from "./untrusted-text.ts";

/** No client redraws faster than this. */
const MIN_INTERVAL_MS = 250;
const MAX_INTERVAL_MS = 1000;

/**
 * Progress notifications of slow work: its own steps, throttled, and a sign of life in between. The protocol requires
 * every number to be greater than the last.
 */
export class Heartbeat {
  readonly #send: ((progress: Progress) => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #startedAt = Date.now();
  #latest: Progress;
  #lastSent = -1;
  #sentAt = 0;

  /** Without `send` it does nothing. */
  constructor(title: string, send: ((progress: Progress) => void) | undefined) {
    this.#send = send;
    this.#latest = { stage: title, done: 0, total: null };
    if (send) this.#timer = setInterval(() => this.#beat(), MAX_INTERVAL_MS);
  }

  report(progress: Progress): void {
    this.#latest = progress;
    if (progress.done <= this.#lastSent || Date.now() - this.#sentAt < MIN_INTERVAL_MS) return;
    this.#emit(progress.done, untrusted(progress.stage, 80));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (Date.now() - this.#sentAt < MAX_INTERVAL_MS) return;
    const { done, stage } = this.#latest;
    const seconds = Math.round((Date.now() - this.#startedAt) / 1000);
    // Barely more than the last number: it has to grow, but no work was done.
    this.#emit(done > this.#lastSent ? done : this.#lastSent + 1e-6, `${untrusted(stage, 80)}, ${seconds} s`);
  }

  #emit(done: number, stage: string): void {
    this.#lastSent = done;
    this.#sentAt = Date.now();
    this.#send?.({ stage, done, total: this.#latest.total });
  }
}
