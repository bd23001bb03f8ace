import { lstat, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "../errors.ts";

/**
 * Renames a file on its disk; what is at the new name already stays. The name is taken by an empty file first, since
 * renaming alone replaces what is there; hard links, which would not, are unknown to some file systems.
 * @returns false when the name is taken
 */
export async function renameWithoutReplacing(from: string, to: string): Promise<boolean> {
  try {
    await (await open(to, "wx")).close();
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await rename(from, to);
  } catch (error) {
    await removePlaceholder(to);
    throw error;
  }
  await syncFolder(dirname(to));
  return true;
}

/** What an interrupted rename left: an empty file. Any other stays. */
export async function removePlaceholder(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isFile() && found.size === 0) await rm(path);
}

/** The name outlives a power cut; Windows knows no such thing for folders. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
