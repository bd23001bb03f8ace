import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { AmbiguousIdError, NotFoundError, UsageError } from "../errors.ts";
import { isInside } from "../is-inside.ts";
import { momentName, splitMoment } from "../moment.ts";
import type { Catalog, CatalogImage } from "../ports.ts";
import type { Part, Scope } from "../types.ts";

const PREFIX = /^[0-9a-f]{1,64}$/;

/** Shorter prefixes are more likely a slip than an id. */
const SHORTEST = 4;

/** As many as an error about an ambiguous prefix names. */
const CANDIDATES = 50;

export interface Moment {
  readonly image: CatalogImage;
  /** Undefined: the whole. */
  readonly part: Part | undefined;
}

/**
 * The image of this id or unambiguous prefix, and which moment of it is meant (`splitMoment`). What lies outside the scope is
 * not found and makes nothing ambiguous, so that the answer reveals nothing about it.
 * @throws UsageError, also for a moment that the image does not have; NotFoundError, AmbiguousIdError
 */
export async function resolveMoment(catalog: Catalog, written: string, scope: Scope): Promise<Moment> {
  const { id, part } = splitMoment(written);
  const image = await imageOfId(catalog, id, scope);
  return { image, part: part?.kind === "frame" ? await checkedMoment(catalog, image, part.atMs) : part };
}

/**
 * The same where only a whole image will do.
 * @throws UsageError for a moment; NotFoundError, AmbiguousIdError
 */
export async function resolveImage(catalog: Catalog, written: string, scope: Scope): Promise<CatalogImage> {
  const { image, part } = await resolveMoment(catalog, written, scope);
  if (part === undefined) return image;
  const id = image.record.id.slice(0, 12);
  throw new UsageError(
    `${momentName(id, part)} is a moment of a film or animation, and this is about the whole of it. Give ${id}.`,
  );
}

/** A shot is kept as it looks when it holds still, about so long after its cut. */
const SETTLING_MS = 250;

/**
 * A moment as it is written, or the shot that begins with it: answers say `at 0:42` of one that is kept at 42.75 s.
 * @throws UsageError for a time at which nothing of the image is shown
 */
async function checkedMoment(
  catalog: Catalog,
  { key, record }: CatalogImage,
  atMs: number,
): Promise<Extract<Part, { kind: "frame" }>> {
  const { durationMs } = record;
  const id = record.id.slice(0, 12);
  const none = `There is no moment at ${atMs / 1000} s in ${id}`;
  if (durationMs === undefined) throw new UsageError(`${none}: it is a still picture. Give ${id}.`);
  const shots = (await catalog.images.shots([key])).get(key) ?? [];
  // Heads of files may claim less than is there.
  const last = Math.max(durationMs, ...shots.map((shot) => shot.atMs));
  if (atMs > last) throw new UsageError(`${none}: it ends after ${last / 1000} s. Give an earlier one.`);
  const reach = atMs % 1000 === 0 ? 999 : SETTLING_MS;
  const begins = shots.find((shot) => shot.atMs >= atMs && shot.atMs <= atMs + reach);
  return { kind: "frame", atMs: begins?.atMs ?? atMs };
}

const isIdLike = (text: string) => {
  const prefix = text.trim().toLowerCase();
  return PREFIX.test(prefix) && prefix.length >= SHORTEST;
};

async function imageOfId(catalog: Catalog, id: string, scope: Scope): Promise<CatalogImage> {
  const prefix = id.trim().toLowerCase();
  if (!isIdLike(prefix)) {
    throw new UsageError(
      `"${shown(id)}" is not an image id. Give at least ${SHORTEST} of the hex digits that results show.`,
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
 * @param path as `imageAtPath` takes it
 * @throws NotFoundError for a file that belongs to a visible picture, which it names
 */
export async function rejectCompanion(catalog: Catalog, path: string, scope: Scope): Promise<void> {
  const picture = await catalog.files.ofCompanion(path);
  if (picture === undefined || !(await imageAtPath(catalog, picture, scope))) return;
  throw new NotFoundError(
    `${path} belongs to ${picture} and is no picture of its own. Give ${picture} instead.`,
  );
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
  if (isIdLike(splitMoment(name).id)) return resolveImage(catalog, name, scope);
  await rejectCompanion(catalog, known, scope);
  throw new NotFoundError(
    `${name} is neither a file of the library nor an image id. Add it with \`glimpse add\`, or give the id that results show.`,
  );
}
