import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { calendarTime } from "../dates/calendar-time.ts";
import { hashFile } from "../image/hash-file.ts";
import type { FilePlacement, ImageId } from "../types.ts";

/** Undefined where there is no file of that name; a link is none. */
export async function fileAt(path: string): Promise<Stats | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ? found : undefined;
}

/** Whether size and time of a file are still those that were added. */
export const isAsAdded = (found: Stats, known: Pick<FilePlacement, "bytes" | "modifiedAt">): boolean =>
  found.size === known.bytes && Math.abs(found.mtimeMs - known.modifiedAt) < 1;

/**
 * Whether a file still holds the picture that was added. Programs may set the time of what they changed back: only when the
 * system's own note of the last change is the same too, the file is not read.
 */
export async function holdsPicture(file: FilePlacement, id: ImageId): Promise<boolean> {
  const found = await fileAt(file.path);
  if (!found || !isAsAdded(found, file)) return false;
  if (file.changedAt === wholeMs(found.ctimeMs)) return true;
  return (await hashFile(file.path, Number.POSITIVE_INFINITY).catch(() => undefined)) === id;
}

/** A file's time as the library keeps it. */
export const wholeMs = (time: number) => Math.trunc(calendarTime(time));
