import { setImmediate as nextTurn } from "node:timers/promises";

/** Longest stretch of work before other events of the process get their turn. */
const STRETCH_MS = 5;

/** Of all long work in this process together: what one piece leaves of a stretch is all that the next one has. */
let stretchBegan = 0;
let waiting: Promise<void> = Promise.resolve();

/** Keeps long work in the core from holding up the event loop of a face. */
export class YieldController {
  readonly #signal: AbortSignal | undefined;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** Call it often: it waits only when the last turn was long ago. @throws the signal's reason when aborted */
  async yieldIfDue(): Promise<void> {
    if (performance.now() - stretchBegan < STRETCH_MS) return;
    // One after another: several that went on in the same turn would hold up the loop together.
    waiting = waiting.then(() => nextTurn());
    await waiting;
    this.#signal?.throwIfAborted();
    stretchBegan = performance.now();
  }
}
