import { setImmediate as nextIteration } from "node:timers/promises";

/** Longest stretch of work before other events of the process are handled. */
const MAX_BLOCKED_MS = 3;

/** Shared by all long work of this process: what one piece of work leaves of a stretch is all that the next one has. */
let lastYield = 0;
let queue: Promise<void> = Promise.resolve();

/** Keeps long work in the core from blocking the event loop of a face. */
export class YieldController {
  readonly #signal: AbortSignal | undefined;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** Call it often: it yields only when the last yield was long ago. @throws the signal's reason when aborted */
  async yieldIfDue(): Promise<void> {
    if (performance.now() - lastYield < MAX_BLOCKED_MS) return;
    // One after another: several that resumed in one iteration would block the loop together.
    queue = queue.then(() => nextIteration());
    await queue;
    this.#signal?.throwIfAborted();
    lastYield = performance.now();
  }

  /** Runs work step by step, yielding between its steps. @throws the signal's reason when aborted */
  async run(steps: Iterable<void>): Promise<void> {
    for (const _ of steps) await this.yieldIfDue();
  }
}
