import sharp from "sharp";
import { imageId } from "../image-id.ts";
import type { ImageId, ImageRecipe, Picture, PictureLimits } from "../types.ts";
import { type DecodedPicture, decode, reducedSize, type Size } from "./decode.ts";
import { displayedColours } from "./displayed-colours.ts";
import { animationShots, frameTimes } from "./film/animation-shots.ts";
import { type FilmReading, readStillFilm } from "./film/read-film.ts";
import { computeFingerprint } from "./hashing/perceptual-hash.ts";
import { intermediateSide } from "./intermediate-side.ts";
import { type OpenPicture, openPicture } from "./open-picture.ts";
import { pictureMetadata } from "./picture-metadata.ts";
import { pictureQuality } from "./picture-quality.ts";
import type { RawPicture } from "./raw-picture.ts";
import { type ReadPart, readPart } from "./read-part.ts";
import { recipePixels } from "./recipe-pixels.ts";
import { encodeThumbnail, shrinkToThumbnail } from "./thumbnail.ts";
import { tonesOf } from "./tones.ts";

export interface ReadPicture {
  readonly picture: Picture;
  /** CHW float32, 3 x size x size, normalised by the recipe's mean and std. */
  readonly pixels: Float32Array;
  /** The shots of what moves, besides the frame that stands for the whole. */
  readonly parts?: readonly ReadPart[] | undefined;
}

export interface PictureReading {
  /** Default: counted from the bytes. */
  readonly id?: ImageId | undefined;
  /** The file that the bytes are of; formats whose frames another program decodes are read whole only where there is one. */
  readonly path?: string | undefined;
  /** Called now and then while a picture is read that takes long by its kind. */
  readonly onProgress?: (() => void) | undefined;
}

/**
 * Turns a file's bytes into all that is kept of it, decoding once. Safe on bytes from anywhere: signature,
 * size and dimensions are checked first, of what moves one frame of each shot is kept, time is bounded.
 * @throws PictureError for anything that cannot be used
 */
export async function readPicture(
  bytes: Uint8Array,
  recipe: ImageRecipe,
  limits: PictureLimits,
  { id = imageId(bytes), path, onProgress = () => undefined }: PictureReading = {},
): Promise<ReadPicture> {
  const opened = await openPicture(bytes, limits);
  // Hundreds of others may be read before it.
  if (opened.moves || opened.format === "heic") onProgress();
  const reduced = reducedSize(opened, intermediateSide(recipe));
  const decoded = await decode(opened, { reduced });
  const shown = await thumbnailSized(opened, decoded);
  // The encoder runs on its own thread while this one computes.
  const [thumbnail, pixels, fingerprint, metadata] = await Promise.all([
    encodeThumbnail(shown),
    modelInput(opened, decoded, recipe, reduced),
    computeFingerprint(shown),
    pictureMetadata({ ...opened, bytes: opened.metadata }),
  ]);
  const { format, width, height, pages, moves } = opened;
  const motion = moves ? await motionOf(opened, { recipe, limits, reduced, path, onProgress }) : undefined;
  const picture = {
    id,
    format,
    width,
    height,
    bytes: bytes.length,
    ...metadata,
    quality: {
      ...pictureQuality(bytes, decoded),
      tones: tonesOf(shown),
      isTransparent: decoded.isTransparent,
    },
    thumbnail,
    fingerprint,
    ...(decoded.isCut && { cut: true as const }),
    ...(pages > 1 && { pages }),
    ...(motion && { durationMs: motion.durationMs, coverAtMs: 0 }),
  };
  return { picture, pixels, ...(motion && { parts: motion.parts }) };
}

interface MotionReading extends FilmReading {
  readonly reduced: Size | undefined;
  readonly path: string | undefined;
}

/** Undefined where it cannot be seen moving here. */
async function motionOf(
  opened: OpenPicture,
  { reduced, path, ...reading }: MotionReading,
): Promise<{ readonly durationMs: number; readonly parts: readonly ReadPart[] } | undefined> {
  const { format, delays } = opened;
  if ((format === "png" || format === "avif") && path !== undefined)
    return readStillFilm({ path, format }, reading);
  if (!delays) return undefined;
  const parts: ReadPart[] = [];
  for (const { atMs, frame } of await animationShots(opened, reading.limits)) {
    reading.onProgress();
    // A frame that is damaged ends what is seen of an animation.
    const decoded = await decode(opened, { reduced, frame }).catch(() => undefined);
    if (!decoded) break;
    const shown = await displayedColours(decoded, opened.colours);
    parts.push(await readPart({ kind: "frame", atMs }, reading.recipe, shown, decoded));
  }
  return { durationMs: frameTimes(opened).at(-1) ?? 0, parts };
}

/** The picture as people see it. */
async function thumbnailSized(opened: OpenPicture, decoded: DecodedPicture): Promise<RawPicture> {
  const shrunk = shrinkToThumbnail(decoded);
  // Only the decoder itself gets from inks to colours by their profile.
  if (opened.samples === "inks" && opened.colours.kind === "profile")
    return decode(opened, { reduced: shrunk, colours: "displayed" });
  return displayedColours(shrunk, opened.colours);
}

/** The picture as the model's reference has it: by the numbers in the file, whatever its profile says. */
async function modelInput(
  opened: OpenPicture,
  decoded: DecodedPicture,
  recipe: ImageRecipe,
  reduced: Size | undefined,
): Promise<Float32Array> {
  // There is no reference for floating-point numbers: those of a linear profile would be far too dark.
  if (opened.samples === "floats")
    return recipePixels(await displayedColours(decoded, opened.colours), recipe);
  const drops = recipe.alpha === "drop" && opened.hasAlpha;
  return recipePixels(drops ? await decode(opened, { reduced, alpha: "drop" }) : decoded, recipe);
}

/** How many threads one picture may use. One is best when several pictures are in flight. */
export function configureDecoding({ threads }: { readonly threads: number }): void {
  sharp.concurrency(threads);
  // Every picture is read once: caching its operations only holds memory.
  sharp.cache(false);
}
