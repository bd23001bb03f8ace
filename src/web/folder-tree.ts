import { basename, dirname } from "node:path";
import { type FolderCount, isInside, visibleText } from "../core/index.ts";
import type { FolderNode } from "./answers.ts";
import { viewOf, type WebContext } from "./web-context.ts";

/** The folders with pictures, below those that are shown; read again when the library has changed. */
export class FolderTree {
  readonly #web: WebContext;
  #revision = "";
  #tree: Promise<readonly FolderNode[]> = Promise.resolve([]);

  constructor(web: WebContext) {
    this.#web = web;
  }

  async read(): Promise<readonly FolderNode[]> {
    const revision = await this.#web.library.revision();
    if (revision !== this.#revision) {
      this.#revision = revision;
      this.#tree = this.#build();
      this.#tree.catch(() => (this.#revision = ""));
    }
    return this.#tree;
  }

  async #build(): Promise<readonly FolderNode[]> {
    const view = await viewOf(this.#web);
    const tops = await this.#web.visible.placementFolders(this.#web.library);
    return folderTree(await view.folders(), tops);
  }
}

/** Only the topmost of the shown folders are roots of the tree; a file that was added by itself stands in its folder. */
export function folderTree(counts: readonly FolderCount[], tops: readonly string[]): FolderNode[] {
  const roots = counts.map(({ folder }) => topOf(folder, tops));
  return [...new Set(roots)].sort().map((root) =>
    node(
      root,
      counts.filter(({ folder }) => isInside(folder, root)),
    ),
  );
}

const topOf = (folder: string, tops: readonly string[]) =>
  tops.filter((top) => isInside(folder, top)).reduce((a, b) => (a.length <= b.length ? a : b), folder);

function node(path: string, counts: readonly FolderCount[]): FolderNode {
  const children = new Map<string, FolderCount[]>();
  for (const count of counts) {
    if (count.folder === path) continue;
    const child = childOf(path, count.folder);
    const below = children.get(child) ?? [];
    below.push(count);
    children.set(child, below);
  }
  return {
    path,
    name: visibleText(basename(path) || path),
    pictures: counts.reduce((sum, { files }) => sum + files, 0),
    folders: [...children].map(([child, below]) => node(child, below)),
  };
}

function childOf(path: string, below: string): string {
  let child = below;
  for (let parent = dirname(child); parent !== path && parent !== child; parent = dirname(child))
    child = parent;
  return child;
}
