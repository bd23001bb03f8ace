import { existsSync } from "node:fs";
import {
  ENTIRE_LIBRARY,
  isInside,
  type Library,
  NotFoundError,
  type Scope,
  UsageError,
} from "../core/index.ts";

/** Folders that the scope is limited to; none when it is not. */
export const scopeFolders = ({ files }: Scope): readonly string[] =>
  typeof files === "string" ? [] : files.folders;

/**
 * Rejects what would be answered with "none" although it was never looked at: a folder that is not in the library,
 * a tag that no picture and no vocabulary has, and a camera that no picture is from.
 * @throws NotFoundError, UsageError
 */
export async function checkScope(library: Library, scope: Scope): Promise<void> {
  await checkFolders(library, scopeFolders(scope));
  await checkNames(library, scope);
}

/** @throws UsageError for one that is not in the library; NotFoundError for one that does not even exist */
export async function checkFolders(library: Library, folders: readonly string[]): Promise<void> {
  const missing = await foldersNotAdded(library, folders);
  if (missing.length > 0)
    throw new UsageError(
      `${missing.join(", ")} is not in the library. Add it first: \`glimpse add FOLDER\`.`,
    );
}

/** Tags and camera. @throws NotFoundError */
export async function checkNames(library: Library, scope: Scope): Promise<void> {
  const { tags = [], notTags = [], facts } = scope;
  await library.within(ENTIRE_LIBRARY).requireTags([...tags, ...notTags]);
  await library.within(ENTIRE_LIBRARY).requireCamera(facts?.camera);
}

/**
 * Folders that exist, but that the library does not know.
 * @throws NotFoundError for one that neither exists nor is known, as one on an unplugged disk is: a typing error
 */
export async function foldersNotAdded(library: Library, folders: readonly string[]): Promise<string[]> {
  const roots = (await library.roots()).map((root) => root.path);
  const missing: string[] = [];
  for (const folder of folders) {
    if (roots.some((root) => isInside(root, folder))) continue;
    const exists = existsSync(folder);
    if (exists && roots.some((root) => isInside(folder, root))) continue;
    if (await holdsPictures(library, folder)) continue;
    if (!exists) throw new NotFoundError(`There is no folder ${folder}. Check the spelling.`);
    missing.push(folder);
  }
  return missing;
}

async function holdsPictures(library: Library, folder: string): Promise<boolean> {
  const scope: Scope = { files: { folders: [folder] }, discord: "none" };
  return (await library.within(scope).find({ terms: [], sort: "newest", limit: 1 })).hits.length > 0;
}
