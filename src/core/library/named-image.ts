import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { ENTIRE_LIBRARY } from "../entire-library.ts";
import { NotFoundError, UsageError } from "../errors.ts";
import type { Catalog, CatalogImage } from "../ports.ts";
import { resolveImage } from "../search/resolve-image.ts";

/**
 * The image that a person names: by the path of one of its files, else by its id or the beginning of that.
 * @throws NotFoundError, AmbiguousIdError
 */
export async function resolveByPathOrId(catalog: Catalog, name: string): Promise<CatalogImage> {
  const path = resolve(name);
  // As the library knows it: links resolved; a file that is gone keeps the name it was given.
  const placed = await catalog.files.placement(await realpath(path).catch(() => path));
  const [image] = placed ? await catalog.images.byId([placed.id]) : [];
  if (image) return image;
  try {
    return await resolveImage(catalog, name, ENTIRE_LIBRARY);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new NotFoundError(
      `${name} is neither a file of the library nor an image id. Add it with \`glimpse add\`, or give the id that results show.`,
      { cause: error },
    );
  }
}
