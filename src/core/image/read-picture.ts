import sharp from "sharp";
import { imageId } from "../image-id.ts";
import type { ImageRecipe, Picture, PictureLimits } from "../types.ts";
import { captureTime } from "./capture-time.ts";
import { type DecodedPicture, decode, reducedSize, type Size } from "./decode.ts";
import { displayedColours } from "./displayed-colours.ts";
import { computeFingerprint } from "./hashing/perceptual-hash.ts";
import { type OpenPicture, openPicture } from "./open-picture.ts";
import { pictureQuality } from "./picture-quality.ts";
import type { RawPicture } from "./raw-picture.ts";
import { recipePixels } from "./recipe-pixels.ts";
import { encodeThumbnail, shrinkToThumbnail, THUMBNAIL_PIXELS } from "./thumbnail.ts";
import { tonesOf } from "./tones.ts";

export interface ReadPicture {
  readonly picture: Picture;
  /** CHW float32, 3 x size x size, normalised by the recipe's mean and std. */
  readonly pixels: Float32Array;
}

/** Shorter side of the decoded picture, in sides of the model's input: enough that the shortcut leaves no trace in the pixels. */
const INTERMEDIATE_SCALE = 2.5;

/**
 * Turns a file's bytes into all that is kept of it, decoding once. Safe on bytes from anywhere: signature,
 * size and dimensions are checked first, only the first frame is read, time is bounded.
 * @throws PictureError for anything that cannot be used
 */
export async function readPicture(
  bytes: Uint8Array,
  recipe: ImageRecipe,
  limits: PictureLimits,
  id = imageId(bytes),
): Promise<ReadPicture> {
  const opened = await openPicture(bytes, limits);
  const reduced = reducedSize(opened, Math.max(INTERMEDIATE_SCALE * recipe.size, THUMBNAIL_PIXELS));
  const decoded = await decode(opened, { reduced });
  const shown = await thumbnailSized(opened, decoded);
  // The encoder runs on its own thread while this one computes.
  const [thumbnail, pixels, fingerprint, takenAt] = await Promise.all([
    encodeThumbnail(shown),
    modelInput(opened, decoded, recipe, reduced),
    computeFingerprint(shown),
    captureTime({ bytes: opened.metadata, xmp: opened.xmp }),
  ]);
  const { format, width, height, pages } = opened;
  const picture = {
    id,
    format,
    width,
    height,
    bytes: bytes.length,
    takenAt,
    quality: {
      ...pictureQuality(bytes, decoded),
      tones: tonesOf(shown),
      isTransparent: decoded.isTransparent,
    },
    thumbnail,
    fingerprint,
    ...(decoded.isCut && { cut: true as const }),
    ...(pages > 1 && { pages }),
  };
  return { picture, pixels };
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
