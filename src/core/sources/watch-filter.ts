import { basename, relative, sep } from "node:path";
import { mayBeCompanion } from "./companions.ts";
import { isRuleFile, leftOutByName } from "./left-out.ts";
import { looksLikePicture } from "./walk-folder.ts";

/** Whether a file of this name changes what a scan finds. */
export const isWatched = (path: string): boolean =>
  looksLikePicture(path) || mayBeCompanion(path) || isRuleFile(basename(path));

/** Whether a scan of the root visits this path. */
export function isOpenTo(root: string, path: string): boolean {
  const names = relative(root, path).split(sep);
  const last = names.length - 1;
  return names.every((name, at) => leftOutByName(name) === undefined || (at === last && isRuleFile(name)));
}
