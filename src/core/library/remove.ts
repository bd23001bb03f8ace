import { resolve } from "node:path";
import { NotFoundError } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import type { Catalog, WorkQueue } from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import { rejectCompanion, resolveImage } from "../search/resolve-image.ts";
import type { RemoveReport, RemoveTarget } from "../types.ts";
import { type RemovalOptions, whileNotAdding } from "./root-lease.ts";

/**
 * Takes placements out of the library and erases images left without one. Original files stay untouched.
 * A file below an added folder comes back with the next scan unless an ignore file keeps it out. Nothing is removed
 * unless all that was named is there. Runs of adding make way; what they had still to read of it they leave.
 * @throws NotFoundError, AmbiguousIdError, LibraryError
 */
export async function removeFrom(
  { catalog, work }: { readonly catalog: Catalog; readonly work?: WorkQueue | undefined },
  target: RemoveTarget,
  options: RemovalOptions,
): Promise<RemoveReport> {
  if ("discord" in target) return catalog.posts.remove(target.discord);
  if ("ids" in target) {
    const images = await Promise.all(target.ids.map((id) => resolveImage(catalog, id, ENTIRE_LIBRARY)));
    return catalog.images.remove(images.map(({ record }) => record.id));
  }
  const paths = target.paths.map((path) => resolve(path));
  return whileNotAdding(catalog, paths, options, async () => {
    // What waits for workers first: it must not be placed after the rest was looked through.
    for (const path of paths) {
      const waited = (await work?.withdrawFiles(path)) ?? 0;
      // Only now: a run may just have added what is named.
      if (waited === 0) await rootsInside(catalog, path);
    }
    let [placements, images] = [0, 0];
    for (const path of paths) {
      for await (const report of removeBelow(catalog, path)) {
        placements += report.placements;
        images += report.images;
      }
    }
    return { placements, images };
  });
}

/** A file, or a folder with all roots and files in it, and what is known of files that failed there. */
async function* removeBelow({ files }: Pick<Catalog, "files">, path: string): AsyncIterable<RemoveReport> {
  for (const root of await files.roots()) if (isInside(root.path, path)) yield files.removeRoot(root.path);
  for await (const left of files.known(path)) {
    const paths = left.map((file) => file.path);
    yield files.remove(paths, { forGood: true });
  }
}

/** The roots at a path or below it. @throws NotFoundError when neither they nor any of these files are known there */
export async function rootsInside(catalog: Catalog, path: string): Promise<string[]> {
  const roots = (await catalog.files.roots()).map((root) => root.path);
  const inside = roots.filter((root) => isInside(root, path));
  if (inside.length > 0) return inside;
  for await (const _ of catalog.files.known(path)) return inside;
  await rejectCompanion(catalog, path, ENTIRE_LIBRARY);
  throw new NotFoundError(
    `${path} is not in the library. Added folders and files: ${roots.join(", ") || "none"}.`,
  );
}
