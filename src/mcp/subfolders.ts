import { dirname } from "node:path";
import { type FolderCount, isInside } from "../core/index.ts";
import type { McpLibrary, McpLibraryView } from "./library-port.ts";
import { untrustedName } from "./untrusted-text.ts";

const MAX_SHOWN = 12;
/** Of these, the largest by files, pictures in scope are counted. */
const MAX_COUNTED = 40;

export interface Subfolder {
  readonly folder: string;
  /** In it and below it. */
  readonly pictures: number;
}

export const picturesOf = async (view: McpLibraryView): Promise<number> =>
  (await view.find({ terms: [], sort: "newest", limit: 1 })).searched;

/** The folders that a view's pictures are divided into at the first level where there are several, largest first. */
export async function subfolders(library: McpLibrary, view: McpLibraryView): Promise<readonly Subfolder[]> {
  const { files } = view.scope;
  if (files === "none") return [];
  const tops = files === "all" ? (await library.roots()).map(({ path }) => path) : files.folders;
  const largest = divided(await view.folders(), tops).slice(0, MAX_COUNTED);
  const counted: Subfolder[] = [];
  for (const { folder } of largest) {
    const inside = library.within({ ...view.scope, files: { folders: [folder] }, discord: "none" });
    counted.push({ folder: untrustedName(folder, 400), pictures: await picturesOf(inside) });
  }
  return counted
    .filter(({ pictures }) => pictures > 0)
    .sort((a, b) => b.pictures - a.pictures)
    .slice(0, MAX_SHOWN);
}

/** By the number of files in and below each, largest first. */
function divided(counts: readonly FolderCount[], tops: readonly string[]): FolderCount[] {
  let bases = [...new Set(counts.map(({ folder }) => topOf(folder, tops)))];
  // A single folder without pictures of its own says nothing: what it holds does.
  for (;;) {
    const [only, ...others] = bases;
    if (only === undefined || others.length > 0) break;
    const below = counts.filter(({ folder }) => folder !== only && isInside(folder, only));
    if (below.length === 0) break;
    const isMixed = counts.some(({ folder }) => folder === only);
    bases = [...new Set(below.map(({ folder }) => childOf(only, folder)))];
    if (isMixed) break;
  }
  const sizes = bases.map((folder) => ({
    folder,
    files: counts.reduce((sum, count) => sum + (isInside(count.folder, folder) ? count.files : 0), 0),
  }));
  return sizes.sort((a, b) => b.files - a.files || (a.folder < b.folder ? -1 : 1));
}

const topOf = (folder: string, tops: readonly string[]) =>
  tops.filter((top) => isInside(folder, top)).reduce((a, b) => (a.length <= b.length ? a : b), folder);

function childOf(path: string, below: string): string {
  let child = below;
  for (let parent = dirname(child); parent !== path && parent !== child; parent = dirname(child))
    child = parent;
  return child;
}
