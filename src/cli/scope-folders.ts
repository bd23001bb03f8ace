import { existsSync } from "node:fs";
import { isInside, type Library, NotFoundError } from "../core/index.ts";
import type { Scope } from "../core/types.ts";

/** The folders that a question is narrowed to. */
export const scopeFolders = ({ files }: Scope): readonly string[] =>
  typeof files === "string" ? [] : files.folders;

/**
 * A folder that is neither on the disk nor known to the library, as one on an unplugged disk is, is a slip.
 * @throws NotFoundError
 */
export async function checkFolders(library: Library, scope: Scope): Promise<void> {
  for (const folder of scopeFolders(scope)) {
    if (!existsSync(folder) && !(await isKnown(library, folder)))
      throw new NotFoundError(`There is no folder ${folder}. Check the spelling.`);
  }
}

async function isKnown(library: Library, folder: string): Promise<boolean> {
  if ((await library.roots()).some((root) => isInside(root.path, folder))) return true;
  const scope: Scope = { files: { folders: [folder] }, discord: "none" };
  return (await library.find({ terms: [], sort: "newest", scope, limit: 1 })).hits.length > 0;
}
