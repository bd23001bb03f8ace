import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { AmbiguousIdError, NotFoundError, UsageError } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import { splitMoment } from "../moment.ts";
import type { Catalog, CatalogImage } from "../ports.ts";
import type { Scope } from "../types.ts";

const PREFIX = /^[0-9a-f]{1,64}$/;

/** Shorter prefixes are more likely a slip than an id. */
const SHORTEST = 4;

/** As many as an error about an ambiguous prefix names. */
const CANDIDATES = 50;

/**
 * The image of this id or unambiguous prefix, a moment of it too (`splitMoment`). What lies outside the scope is not found and makes nothing
 * ambiguous, so that the answer reveals nothing about it.
 * @throws UsageError, NotFoundError, AmbiguousIdError
 */
export async function resolveImage(
  catalog: Catalog,
  idOrPrefix: string,
  scope: Scope,
): Promise<CatalogImage> {
  const prefix = splitMoment(idOrPrefix).id.trim().toLowerCase();
  if (!PREFIX.test(prefix) || prefix.length < SHORTEST) {
    throw new UsageError(
      `"${shown(idOrPrefix)}" is not an image id. Give at least ${SHORTEST} of the hex digits that results show.`,
    );
  }
  const ids = await catalog.images.idsWithPrefix(prefix, scope, CANDIDATES);
  const visible = await catalog.images.byId(ids, scope, "first");
  const [only, second] = visible;
  if (only === undefined) {
    throw new NotFoundError(
      `No image in the library has the id ${prefix}. It may have been removed; search again.`,
    );
  }
  if (second !== undefined)
    throw new AmbiguousIdError(
      prefix,
      visible.map(({ record }) => record.id),
    );
  return only;
}

const shown = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

const isVisible = ([image]: readonly CatalogImage[]) => (image?.record.placements.length ?? 0) > 0;

/** The part of a scope that is one file; a picture may be seen elsewhere, and that it lies here too is not for all to know. */
function onlyAt(path: string, scope: Scope): Scope | undefined {
  const { files } = scope;
  const isInScope =
    files === "all" || (files !== "none" && files.folders.some((folder) => isInside(path, folder)));
  return isInScope ? { ...scope, files: { folders: [path] }, discord: "none" } : undefined;
}

/**
 * The image that a visible file of this path is or, while its disk is away, was. @param path links resolved, or as given
 * where there is none to follow
 */
export async function imageAtPath(
  catalog: Catalog,
  path: string,
  scope: Scope,
): Promise<CatalogImage | undefined> {
  const placed = await catalog.files.placement(path);
  const at = placed && onlyAt(path, scope);
  if (!at || !isVisible(await catalog.images.byId([placed.id], at, "first"))) return undefined;
  const [image] = await catalog.images.byId([placed.id], scope, "first");
  return image;
}

/**
 * The image of a file's path, else of an id or unambiguous prefix; what lies outside the scope is not found.
 * @throws NotFoundError, AmbiguousIdError
 */
export async function resolveByPathOrId(catalog: Catalog, name: string, scope: Scope): Promise<CatalogImage> {
  const path = resolve(name);
  // As the library knows it: links resolved; a file that is gone keeps the name it was given.
  const known = await realpath(path).catch(() => path);
  const image = await imageAtPath(catalog, known, scope);
  if (image) return image;
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
