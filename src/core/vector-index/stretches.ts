import { YieldController } from "../yield-controller.ts";

/** Runs work piece by piece, and lets other events in between every few milliseconds. */
export async function inStretches(work: Iterable<void>, signal?: AbortSignal): Promise<void> {
  const turns = new YieldController(signal);
  for (const _ of work) await turns.yieldIfDue();
}
