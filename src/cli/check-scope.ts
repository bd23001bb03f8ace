import { existsSync } from "node:fs";
import {
  ENTIRE_LIBRARY,
  isInside,
  type Library,
  NotFoundError,
  nearNames,
  type Scope,
  sameTags,
} from "../core/index.ts";

const TAGS_SHOWN = 10;

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
  await checkTags(library, scope.tags ?? []);
}

async function isKnownFolder(library: Library, folder: string): Promise<boolean> {
  if ((await library.roots()).some((root) => isInside(root.path, folder))) return true;
  const scope: Scope = { files: { folders: [folder] }, discord: "none" };
  return (await library.within(scope).find({ terms: [], sort: "newest", limit: 1 })).hits.length > 0;
}

async function checkTags(library: Library, tags: readonly string[]): Promise<void> {
  if (tags.length === 0) return;
  const known = await library.within(ENTIRE_LIBRARY).knownTags();
  const unknown = tags.find((tag) => sameTags(tag, known).length === 0);
  if (unknown !== undefined)
    throw new NotFoundError(`There is no tag "${unknown}". ${suggestion(unknown, known)}`);
}

function suggestion(typed: string, known: readonly string[]): string {
  const near = nearNames(typed, known);
  if (near.length > 0) return `Did you mean ${near.map((tag) => `"${tag}"`).join(" or ")}?`;
  if (known.length === 0) return "No picture has a tag yet: see `glimpse tag --help`.";
  const more = known.length > TAGS_SHOWN ? ", …; `glimpse tag list` shows them all" : "";
  return `Tags: ${known.slice(0, TAGS_SHOWN).join(", ")}${more}.`;
}
