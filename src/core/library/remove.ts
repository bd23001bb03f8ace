import { resolve } from "node:path";
import { NotFoundError } from "../errors.ts";
import type { Catalog } from "../ports.ts";
import { resolveImage } from "../search/resolve-image.ts";
import type { RemoveReport, RemoveTarget } from "../types.ts";
import { WHOLE_LIBRARY } from "../whole-library.ts";

/**
 * Takes placements out of the library and erases images left without one. Original files stay untouched.
 * A file below an added folder comes back with the next scan unless an ignore file keeps it out.
 */
export async function removeFrom(catalog: Catalog, target: RemoveTarget): Promise<RemoveReport> {
  if ("discord" in target) return catalog.removeDiscord(target.discord);
  if ("ids" in target) {
    const images = await Promise.all(target.ids.map((id) => resolveImage(catalog, id, WHOLE_LIBRARY)));
    return catalog.removeImages(images.map(({ record }) => record.id));
  }
  let placements = 0;
  let images = 0;
  for (const typed of target.paths) {
    const report = await removePath(catalog, resolve(typed));
    placements += report.placements;
    images += report.images;
  }
  return { placements, images };
}

async function removePath(catalog: Catalog, path: string): Promise<RemoveReport> {
  const roots = await catalog.roots();
  if (roots.some((root) => root.path === path)) return catalog.removeRoot(path);
  if (await catalog.filePlacement(path)) return catalog.removeFiles([path], { forGood: true });
  const below = await catalog.pathsBelow(path);
  if (below.length > 0) return catalog.removeFiles(below, { forGood: true });
  const known = roots.map((root) => root.path).join(", ") || "none";
  throw new NotFoundError(`${path} is not in the library. Added folders and files: ${known}.`);
}
