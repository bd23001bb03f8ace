import { Turns } from "../turns.ts";

/** Runs work piece by piece, and lets other events in between every few milliseconds. */
export async function inStretches(work: Iterable<void>, signal?: AbortSignal): Promise<void> {
  const turns = new Turns(signal);
  for (const _ of work) await turns.give();
}
