import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, normalize, resolve, sep } from "node:path";
import { isInside, NotFoundError, UsageError } from "../core/index.ts";
import { realPaths } from "../shared/visible-folders.ts";
import { quotedName } from "./untrusted-text.ts";

/**
 * The absolute paths that an argument can mean: itself, or when it is relative one below each folder, with or without
 * the last parts of that folder's own path. Only those inside the folders are returned, judged by name alone.
 * @throws UsageError when none is
 */
export function namedInside(path: string, folders: readonly string[]): readonly string[] {
  const candidates = insideOf(path, folders);
  if (candidates.length === 0) throw outsideError(path, folders);
  return candidates;
}

function insideOf(path: string, folders: readonly string[]): readonly string[] {
  const candidates = candidatesOf(path, folders).filter((one) => folders.some((f) => isInside(one, f)));
  return [...new Set(candidates)];
}

/**
 * The real path of a file or folder inside the given folders, links resolved. Whether something exists outside
 * of them does not show in the answer.
 * @throws UsageError for a path outside, NotFoundError for one that is not there
 */
export async function existingInside(path: string, folders: readonly string[]): Promise<string> {
  const real = await realPaths(folders);
  const candidates = insideOf(path, [...folders, ...real]);
  if (candidates.length === 0) throw outsideError(path, folders);
  for (const candidate of candidates) {
    const target = await realpath(candidate).catch(() => undefined);
    if (target === undefined) continue;
    if (real.some((folder) => isInside(target, folder))) return target;
    throw outsideError(path, folders);
  }
  throw new NotFoundError(`There is no ${quotedName(path)} in ${formatFolders(folders)}.`);
}

function candidatesOf(path: string, folders: readonly string[]): readonly string[] {
  if (path.includes("\0")) throw new UsageError("A path holds no NUL character.");
  if (isForeign(path)) throw new UsageError(`${quotedName(path, 120)} is not a path on this system.`);
  if (path === "~" || path.startsWith("~/")) return [join(homedir(), path.slice(1))];
  if (isAbsolute(path)) return [normalize(path)];
  return folders.flatMap((folder) => [resolve(folder, path), ...fromLastParts(folder, path)]);
}

/** "Photos/2024/a.jpg" of the folder /home/ann/Photos. */
function fromLastParts(folder: string, path: string): string[] {
  const parts = path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  const shared = parts
    .map((_, at) => parts.slice(0, at + 1))
    .filter((first) => folder.endsWith(sep + first.join(sep)));
  return shared.map((first) => resolve(folder, ...parts.slice(first.length)));
}

/** URLs and device names everywhere; drive letters, UNC paths and backslashes where paths have none. */
function isForeign(path: string): boolean {
  if (/^[a-z][a-z0-9+.-]+:/i.test(path) || /^\\\\[?.]\\/.test(path)) return true;
  return sep === "/" && /^(?:[a-z]:|\\\\)/i.test(path);
}

function outsideError(path: string, folders: readonly string[]): UsageError {
  return new UsageError(
    `${quotedName(path, 120)} is outside what this server may read: ${formatFolders(folders)}.`,
  );
}

/** For use in a sentence; the first few of them. */
export function formatFolders(folders: readonly string[]): string {
  if (folders.length === 0) return "no folder yet (the operator adds one with `glimpse add FOLDER`)";
  const more = folders.length > 8 ? ` and ${folders.length - 8} more` : "";
  return (
    folders
      .slice(0, 8)
      .map((folder) => quotedName(folder))
      .join(", ") + more
  );
}
