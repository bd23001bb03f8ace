import { realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { LibraryError, NotFoundError } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import type { Catalog, Root } from "../ports.ts";
import { scanRoot } from "../sources/scan-folder.ts";

/**
 * Makes roots of what a person typed; a path inside an added folder means that folder. Nothing is added
 * unless all of it can be.
 * @throws NotFoundError, LibraryError
 */
export async function adoptRoots(catalog: Catalog, paths: readonly string[]): Promise<Root[]> {
  const known = await catalog.roots();
  const wanted: Pick<Root, "path" | "kind">[] = [];
  for (const typed of paths) {
    const path = await realpath(resolve(typed)).catch(() => resolve(typed));
    const root = known.find((root) => isInside(path, root.path)) ?? { path, kind: await kindOf(path) };
    const inner = known.filter((other) => other !== root && isInside(other.path, root.path));
    for (const { path, kind } of inner) await refuseIfAway(catalog, { path, kind }, root.path);
    wanted.push(root);
  }
  for (const { path, kind } of wanted) await catalog.putRoot(path, kind);
  // A folder takes in the roots inside it, and then stands for them.
  return (await catalog.roots()).filter((root) => wanted.some(({ path }) => isInside(path, root.path)));
}

async function kindOf(path: string): Promise<Root["kind"]> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
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
  const scan = await scanRoot(inner, await catalog.knownFiles(inner.path));
  if (scan.state === "online") return;
  throw new LibraryError(
    `${inner.path} was added before and is away (${scan.reason}). As a part of ${outer} its pictures would count as deleted. Bring it back first, or forget it: glimpse remove ${inner.path}`,
  );
}
