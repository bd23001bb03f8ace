import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { NotFoundError, UsageError } from "../core/errors.ts";

/** Of letters that every queue and every shell takes as they are. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** `nas=/mnt/nas`. @throws UsageError, NotFoundError when there is no such folder */
export async function readVolume(typed: string): Promise<{ name: string; folder: string }> {
  const at = typed.indexOf("=");
  if (at < 0)
    throw new UsageError(
      `"${typed}" names no folder. Write a name and where the volume lies here: nas=/mnt/nas`,
    );
  return { name: volumeName(typed.slice(0, at)), folder: await volumeFolder(typed.slice(at + 1)) };
}

/** @throws UsageError */
export function volumeName(typed: string): string {
  if (NAME.test(typed)) return typed;
  throw new UsageError(
    `"${typed}" is no name of a volume: up to 32 small letters, digits, - and _, such as nas or photos-2.`,
  );
}

/** @throws UsageError, NotFoundError */
export async function volumeFolder(typed: string): Promise<string> {
  if (typed === "") throw new UsageError("A folder's name is empty. Was a variable not set?");
  const folder = await realpath(resolve(typed)).catch(() => resolve(typed));
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  throw new NotFoundError(
    `There is no folder ${folder}. Mount the volume, or name where it lies on this machine.`,
  );
}
