import { resolve } from "node:path";
import { NotFoundError } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import type { Catalog } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import { refuseCompanion, resolveImage } from "../search/resolve-image.ts";
import type { RemoveReport, RemoveTarget } from "../types.ts";

/**
 * Takes placements out of the library and erases images left without one. Original files stay untouched.
 * A file below an added folder comes back with the next scan unless an ignore file keeps it out. Nothing is removed
 * unless all that was named is there.
 */
export async function removeFrom(catalog: Catalog, target: RemoveTarget): Promise<RemoveReport> {
  if ("discord" in target) return catalog.posts.remove(target.discord);
  if ("ids" in target) {
    const images = await Promise.all(target.ids.map((id) => resolveImage(catalog, id, ENTIRE_LIBRARY)));
    return catalog.images.remove(images.map(({ record }) => record.id));
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

/** How to remove a file, or a folder with all roots and files in it, and what is known of files that failed there. */
async function removalOf(catalog: Catalog, path: string): Promise<() => Promise<RemoveReport>> {
  const inside = await rootsInside(catalog, path);
  return async () => {
    const reports: RemoveReport[] = [];
    for (const root of inside) reports.push(await catalog.files.removeRoot(root));
    for await (const left of catalog.files.known(path))
      reports.push(
        await catalog.files.remove(
          left.map((file) => file.path),
          { forGood: true },
        ),
      );
    return {
      placements: reports.reduce((sum, { placements }) => sum + placements, 0),
      images: reports.reduce((sum, { images }) => sum + images, 0),
    };
  };
}

/** The roots at a path or below it. @throws NotFoundError when neither they nor any of these files are known there */
export async function rootsInside(catalog: Catalog, path: string): Promise<string[]> {
  const roots = (await catalog.files.roots()).map((root) => root.path);
  const inside = roots.filter((root) => isInside(root, path));
  if (inside.length > 0) return inside;
  for await (const _ of catalog.files.known(path)) return inside;
  await refuseCompanion(catalog, path, ENTIRE_LIBRARY);
  throw new NotFoundError(
    `${path} is not in the library. Added folders and files: ${roots.join(", ") || "none"}.`,
  );
}
