import { setImmediate as nextTurn } from "node:timers/promises";

/** Longest stretch of work before other events of the process get their turn. */
const STRETCH_MS = 4;

/** Runs work piece by piece, and lets other events in between every few milliseconds. */
export async function inStretches(work: Iterable<void>, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  let since = performance.now();
  for (const _ of work) {
    if (performance.now() - since < STRETCH_MS) continue;
    await nextTurn();
    signal?.throwIfAborted();
    since = performance.now();
  }
}
