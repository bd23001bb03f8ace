import type { Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { LibraryError, NotFoundError, systemCode, UsageError } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import type { Catalog, Root } from "../ports.ts";
import { scanRoot } from "../sources/scan-folder.ts";
import { looksLikePicture } from "../sources/walk-folder.ts";

/** A root, or a part of one, to be read. */
export interface ScanTarget {
  readonly root: Root;
  /** The root's own path, or one inside it. */
  readonly path: string;
  /** Whether the root was not in the library before. */
  readonly isNew: boolean;
  /** A file that a person named: they want to know whether it became a picture. */
  readonly isNamedFile: boolean;
}

/**
 * Makes roots of the paths that a user named; a path inside an added folder means that part of it. Nothing is added
 * unless all of it can be.
 * @throws NotFoundError, LibraryError, UsageError for what is neither file nor folder
 */
export async function registerRoots(catalog: Catalog, paths: readonly string[]): Promise<ScanTarget[]> {
  const known = await catalog.files.roots();
  const typed = await Promise.all(
    paths.map(async (path) => realpath(resolve(path)).catch(() => resolve(path))),
  );
  const wanted: Pick<Root, "path" | "kind">[] = [];
  const files = new Set<string>();
  for (const path of typed) {
    const root = known.find((each) => each.path === path);
    const kind = root?.kind ?? (await kindOf(path));
    if (kind === "file") files.add(path);
    if (root) continue;
    if (known.some((other) => isInside(path, other.path))) continue;
    for (const inner of known.filter((other) => isInside(other.path, path)))
      await refuseIfAway(catalog, inner, path);
    wanted.push({ path, kind });
  }
  for (const { path, kind } of wanted) await catalog.files.putRoot(path, kind);
  const isNew = (root: Root) => wanted.some(({ path }) => path === root.path);
  const isLeftOut = (path: string) => files.has(path) && !looksLikePicture(path);
  return targetsOf(await catalog.files.roots(), typed, isLeftOut).map((target) => ({
    ...target,
    isNew: isNew(target.root),
    isNamedFile: files.has(target.path),
  }));
}

/** A folder that was named stands for what was named inside it, but for files that its scan passes over. */
function targetsOf(
  roots: readonly Root[],
  paths: readonly string[],
  isLeftOut: (path: string) => boolean,
): Pick<ScanTarget, "root" | "path">[] {
  const outermost = [...new Set(paths)].filter(
    (path, _, all) => isLeftOut(path) || !all.some((other) => other !== path && isInside(path, other)),
  );
  return outermost.flatMap((path) => {
    const root = roots.find((each) => isInside(path, each.path));
    return root ? [{ root, path }] : [];
  });
}

/** @throws NotFoundError, LibraryError, UsageError for what is neither file nor folder */
export async function checkAddable(paths: readonly string[]): Promise<void> {
  for (const path of paths) await kindOf(resolve(path));
}

async function kindOf(path: string): Promise<Root["kind"]> {
  const found = await lookAt(path);
  if (found.isDirectory()) return "folder";
  if (found.isFile()) return "file";
  const what = found.isFIFO() ? "a pipe" : found.isSocket() ? "a socket" : "a device";
  throw new UsageError(`${path} is ${what}, not a file or folder. Name a folder of pictures.`);
}

async function lookAt(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === "EACCES" || code === "EPERM")
      throw new LibraryError(`There is no permission to look at ${path}. Allow it, or name another folder.`, {
        cause,
      });
    throw new NotFoundError(`There is no file or folder ${path}. Check the spelling.`, { cause });
  }
}

/** Within the larger folder, the files of a root that is away would look deleted. */
async function refuseIfAway(
  catalog: Catalog,
  inner: Pick<Root, "path" | "kind">,
  outer: string,
): Promise<void> {
  const scan = await scanRoot(inner, catalog.files.known(inner.path));
  if (scan.state === "online") return;
  throw new LibraryError(
    `${inner.path} was added before and is away (${scan.reason}). As a part of ${outer} its pictures would count as deleted. Bring it back first, or forget it: glimpse remove ${inner.path}`,
  );
}
