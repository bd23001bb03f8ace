import { existsSync } from "node:fs";
import { ENTIRE_LIBRARY, isInside, type Library, NotFoundError, type Scope } from "../core/index.ts";

/** Folders that the scope is limited to; none when it is not. */
export const scopeFolders = ({ files }: Scope): readonly string[] =>
  typeof files === "string" ? [] : files.folders;

/**
 * Rejects what can only be a typing error: a folder that neither exists nor is known to the library (as one on an
 * unplugged disk is), and a tag that no picture and no vocabulary has.
 * @throws NotFoundError
 */
export async function checkScope(library: Library, scope: Scope): Promise<void> {
  for (const folder of scopeFolders(scope)) {
    if (!existsSync(folder) && !(await isKnownFolder(library, folder)))
      throw new NotFoundError(`There is no folder ${folder}. Check the spelling.`);
  }
  await library.within(ENTIRE_LIBRARY).requireTags([...(scope.tags ?? []), ...(scope.notTags ?? [])]);
}

async function isKnownFolder(library: Library, folder: string): Promise<boolean> {
  if ((await library.roots()).some((root) => isInside(root.path, folder))) return true;
  const scope: Scope = { files: { folders: [folder] }, discord: "none" };
  return (await library.within(scope).find({ terms: [], sort: "newest", limit: 1 })).hits.length > 0;
}
