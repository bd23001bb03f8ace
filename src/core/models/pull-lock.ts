import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemCode } from "../errors.ts";

const BEAT_MS = 5_000;
/** A lock this old has lost its holder, whatever now has its process id. */
const STALE_MS = 30_000;
const LOOK_AGAIN_MS = 200;

/**
 * Runs while nobody else changes this model's folder, in this process or another; waits for them first. The
 * digest of a file is checked in any case: the lock only keeps two downloads from writing into one file.
 */
export async function withPullLock<Result>(
  folder: string,
  run: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, ".pulling");
  while (!(await take(lock))) {
    if (await isStale(lock)) await rm(lock, { force: true });
    else await sleep(LOOK_AGAIN_MS, undefined, signal ? { signal } : {});
  }
  const beat = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), BEAT_MS);
  try {
    return await run();
  } finally {
    clearInterval(beat);
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function isStale(lock: string): Promise<boolean> {
  const [found, holder] = await Promise.all([
    stat(lock).catch(() => undefined),
    readFile(lock, "utf8").catch(() => ""),
  ]);
  if (!found) return false;
  return Date.now() - found.mtimeMs > STALE_MS || (holder !== "" && !isAlive(Number(holder)));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}
