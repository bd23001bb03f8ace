import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { NotFoundError, UsageError } from "../errors.ts";
import type { Catalog, CatalogImage } from "../ports.ts";
import { resolveImage } from "../search/resolve-image.ts";
import type { Scope } from "../types.ts";

/**
 * The image of a file's path, else of an id or unambiguous prefix; what lies outside the scope is not found.
 * @throws NotFoundError, AmbiguousIdError
 */
export async function resolveByPathOrId(catalog: Catalog, name: string, scope: Scope): Promise<CatalogImage> {
  const path = resolve(name);
  // As the library knows it: links resolved; a file that is gone keeps the name it was given.
  const placed = await catalog.files.placement(await realpath(path).catch(() => path));
  const [image] = placed ? await catalog.images.byId([placed.id], scope) : [];
  if (image && image.record.placements.length > 0) return image;
  try {
    return await resolveImage(catalog, name, scope);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new NotFoundError(
      `${name} is neither a file of the library nor an image id. Add it with \`glimpse add\`, or give the id that results show.`,
      { cause: error },
    );
  }
}
