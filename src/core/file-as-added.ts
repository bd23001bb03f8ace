import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import type { FilePlacement } from "./types.ts";

/** Undefined where there is no file of that name; a link is none. */
export async function fileAt(path: string): Promise<Stats | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ? found : undefined;
}

/** Whether a file still is what was added. */
export const isAsAdded = (found: Stats, known: Pick<FilePlacement, "bytes" | "modifiedAt">): boolean =>
  found.size === known.bytes && Math.abs(found.mtimeMs - known.modifiedAt) < 1;
