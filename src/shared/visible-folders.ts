import { realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { isInside, type Library, type Scope } from "../core/index.ts";

/** What a server that its operator restricted to some folders lets see. */
export class VisibleFolders {
  /** Absolute, as the operator named them. Empty: there is no restriction. */
  readonly restriction: readonly string[];

  constructor(restriction: readonly string[]) {
    this.restriction = restriction;
  }

  /** All added folders, or the restriction. */
  async folders(library: Pick<Library, "roots">): Promise<readonly string[]> {
    if (this.restriction.length > 0) return this.restriction;
    return (await library.roots()).map(({ path }) => path);
  }

  async scope(library: Pick<Library, "roots">): Promise<Scope["files"]> {
    return this.restriction.length === 0 ? "all" : { folders: await this.placementFolders(library) };
  }

  /**
   * The allowed folders as placements spell them: a folder may have been added through a link, so that its
   * pictures lie below another name than the one the operator gave here.
   */
  async placementFolders(library: Pick<Library, "roots">): Promise<readonly string[]> {
    const roots = (await library.roots()).map(({ path }) => path);
    if (this.restriction.length === 0) return roots;
    const allowed = await realPaths(this.restriction);
    const covered = await Promise.all(roots.map((root) => coveredParts(root, allowed)));
    return [...new Set([...this.restriction, ...covered.flat()])];
  }
}

/** Links resolved; folders that cannot be reached are left out. */
export async function realPaths(folders: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => [])));
  return [...new Set(real.flat())];
}

async function coveredParts(root: string, allowed: readonly string[]): Promise<readonly string[]> {
  const real = await realpath(root).catch(() => root);
  return allowed.flatMap((folder) => {
    if (isInside(real, folder)) return [root];
    return isInside(folder, real) ? [join(root, relative(real, folder))] : [];
  });
}
