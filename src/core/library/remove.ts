import { resolve } from "node:path";
import { NotFoundError } from "../errors.ts";
import type { Catalog } from "../ports.ts";
import { resolveImage } from "../search/resolve-image.ts";
import type { RemoveReport, RemoveTarget } from "../types.ts";
import { WHOLE_LIBRARY } from "../whole-library.ts";

/**
 * Takes placements out of the library and erases images left without one. Original files stay untouched.
 * A file below an added folder comes back with the next scan unless an ignore file keeps it out. Nothing is removed
 * unless all that was named is there.
 */
export async function removeFrom(catalog: Catalog, target: RemoveTarget): Promise<RemoveReport> {
  if ("discord" in target) return catalog.removeDiscord(target.discord);
  if ("ids" in target) {
    const images = await Promise.all(target.ids.map((id) => resolveImage(catalog, id, WHOLE_LIBRARY)));
    return catalog.removeImages(images.map(({ record }) => record.id));
  }
  const removals = await Promise.all(target.paths.map((typed) => removalOf(catalog, resolve(typed))));
  let placements = 0;
  let images = 0;
  for (const remove of removals) {
    const report = await remove();
    placements += report.placements;
    images += report.images;
  }
  return { placements, images };
}

/** How to remove a root, a file, or a folder in a root, with what is known of files that failed there. */
async function removalOf(catalog: Catalog, path: string): Promise<() => Promise<RemoveReport>> {
  const roots = await catalog.roots();
  if (roots.some((root) => root.path === path)) return () => catalog.removeRoot(path);
  const known = [...(await catalog.knownFiles(path)).keys()];
  if (known.length > 0) return () => catalog.removeFiles(known, { forGood: true });
  const added = roots.map((root) => root.path).join(", ") || "none";
  throw new NotFoundError(`${path} is not in the library. Added folders and files: ${added}.`);
}
