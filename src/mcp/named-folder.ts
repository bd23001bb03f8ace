import { readdir, stat } from "node:fs/promises";
import { basename, isAbsolute, join, sep } from "node:path";
import { enumerate, NotFoundError, nearNames, UsageError } from "../core/index.ts";
import { formatFolders, namedInside } from "./allowed-path.ts";
import type { McpLibrary } from "./library-port.ts";
import { quotedName } from "./untrusted-text.ts";

/** Folders visited in search of one that is named by its last part. */
const MAX_VISITED = 5000;

/**
 * The folders that an argument names: by an absolute path, by one below an allowed folder, or by the last part or
 * parts of a path where only one folder has them.
 * @throws NotFoundError with similar names, UsageError for one outside or an ambiguous name
 */
export async function namedFolders(
  library: McpLibrary,
  typed: string,
  allowed: readonly string[],
): Promise<readonly string[]> {
  const candidates = namedInside(typed, allowed);
  const known = await Promise.all(candidates.map((folder) => isKnown(library, folder, allowed)));
  const found = candidates.filter((_, at) => known[at]);
  if (found.length > 0) return found;
  const folders = await foldersBelow(allowed);
  const ending = isAbsolute(typed) ? [] : folders.filter((folder) => endsIn(folder, typed));
  if (ending.length === 1) return ending;
  if (ending.length > 1)
    throw new UsageError(
      `Several folders are named ${quotedName(typed, 120)}: ${formatFolders(ending)}. Give the whole path.`,
    );
  const near = nearNames(basename(typed), [...new Set(folders.map((folder) => basename(folder)))]);
  const meant =
    near.length > 0
      ? `Did you mean ${enumerate(
          near.map((name) => quotedName(name)),
          "or",
        )}? `
      : "";
  throw new NotFoundError(
    `There is no folder ${quotedName(typed, 120)}. ${meant}Folders here: ${formatFolders(allowed)}.`,
  );
}

/** On the disk, or in the library, as one on an unplugged disk is. */
async function isKnown(library: McpLibrary, folder: string, allowed: readonly string[]): Promise<boolean> {
  if (allowed.includes(folder)) return true;
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return true;
  const scope = { files: { folders: [folder] }, discord: "none" } as const;
  return (await library.within(scope).find({ terms: [], sort: "newest", limit: 1 })).hits.length > 0;
}

const endsIn = (folder: string, typed: string) =>
  `${folder}${sep}`.toLowerCase().endsWith(`${sep}${typed.replace(/[/\\]+$/, "")}${sep}`.toLowerCase());

/** The allowed folders and those in them, level by level; links are not followed. */
async function foldersBelow(allowed: readonly string[]): Promise<readonly string[]> {
  const found = [...new Set(allowed)];
  for (let at = 0; at < found.length && found.length < MAX_VISITED; at += 1) {
    const folder = found[at] ?? "";
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith(".") && !allowed.includes(path)) found.push(path);
    }
  }
  return found;
}
