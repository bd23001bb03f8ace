import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tryLock } from "../catalog/connection/file-lock.ts";

const POLL_MS = 200;

/**
 * Runs while no one else, in this process or another, changes this model's folder; waits for the lock first. The digest
 * of a file is checked in any case: the lock only keeps two downloads from writing to one file.
 */
export async function withPullLock<Result>(
  folder: string,
  run: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, ".pulling");
  let lock = tryLock(path);
  for (; lock === undefined; lock = tryLock(path)) await sleep(POLL_MS, undefined, signal ? { signal } : {});
  try {
    return await run();
  } finally {
    lock.release();
  }
}
