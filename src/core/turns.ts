import { setImmediate as nextTurn } from "node:timers/promises";

/** Longest stretch of work before other events of the process get their turn. */
const STRETCH_MS = 5;

/** Keeps long work in the core from holding up the event loop of a face. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** Call it often: it waits only when the last turn was long ago. @throws the signal's reason when aborted */
  async give(): Promise<void> {
    if (performance.now() - this.#since < STRETCH_MS) return;
    await nextTurn();
    this.#signal?.throwIfAborted();
    this.#since = performance.now();
  }
}
