import { basename, relative, sep } from "node:path";
import { IGNORE_FILE } from "./ignore-rules.ts";
import { isHidden, looksLikePicture } from "./walk-folder.ts";

/** Whether a file of this name changes what a scan finds. */
export const isWatched = (path: string): boolean => looksLikePicture(path) || basename(path) === IGNORE_FILE;

/** Whether a scan of the root visits this path. */
export function isOpenTo(root: string, path: string): boolean {
  const names = relative(root, path).split(sep);
  return names.every((name, at) => !isHidden(name) || (name === IGNORE_FILE && at === names.length - 1));
}
