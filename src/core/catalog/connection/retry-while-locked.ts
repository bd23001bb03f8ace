import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isBusy } from "./storage-error.ts";

/** How long a call waits for other processes before it gives up … */
const LOCK_WAIT_MS = 30_000;
/** … and for each gigabyte of the catalog, since another process may be rewriting all of it. */
const LOCK_WAIT_MS_PER_GB = 20_000;

/** SQLite itself waits only this long at a time, since it blocks the event loop while it does. */
export const BUSY_TIMEOUT_MS = 10;

/**
 * Tries again for as long as other processes keep the catalog at `path` locked, and leaves the event loop free meanwhile.
 * Where two locks would deadlock, SQLite fails one of them at once, whatever its own timeout.
 * @throws whatever `attempt` threw last.
 */
export async function retryWhileLocked<Result>(path: string, attempt: () => Result): Promise<Result> {
  let giveUpAt: number | undefined;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      giveUpAt ??= performance.now() + lockWaitMs(path);
      if (performance.now() > giveUpAt) throw error;
    }
    // Jitter, so that waiting processes do not keep retrying at the same moment.
    await sleep(2 + Math.random() * 18);
  }
}

function lockWaitMs(path: string): number {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return LOCK_WAIT_MS + (LOCK_WAIT_MS_PER_GB * bytes) / 1e9;
}
