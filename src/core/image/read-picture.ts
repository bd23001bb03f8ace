import { createHash } from "node:crypto";
import sharp from "sharp";
import type { ImageRecipe, Picture, PictureLimits } from "../types.ts";
import { captureTime } from "./capture-time.ts";
import { decode } from "./decode.ts";
import { openPicture } from "./open-picture.ts";
import { computeFingerprint } from "./perceptual-hash.ts";
import { pictureQuality } from "./picture-quality.ts";
import { recipePixels } from "./recipe-pixels.ts";
import { encodeThumbnail, shrinkToThumbnail, THUMBNAIL_PIXELS } from "./thumbnail.ts";

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
): Promise<ReadPicture> {
  const opened = await openPicture(bytes, limits);
  const decoded = await decode(opened, Math.max(INTERMEDIATE_SCALE * recipe.size, THUMBNAIL_PIXELS));
  const shrunk = shrinkToThumbnail(decoded);
  // The encoder runs on its own thread while this one computes.
  const [thumbnail, pixels, fingerprint, takenAt] = await Promise.all([
    encodeThumbnail(shrunk),
    recipePixels(decoded, recipe),
    computeFingerprint(shrunk),
    captureTime({ bytes, xmp: opened.xmp }),
  ]);
  const { format, width, height } = opened;
  const picture = {
    id: createHash("sha256").update(bytes).digest("hex"),
    format,
    width,
    height,
    bytes: bytes.length,
    takenAt,
    quality: pictureQuality(bytes, decoded),
    thumbnail,
    fingerprint,
  };
  return { picture, pixels };
}

/** How many threads one picture may use. One is best when several pictures are in flight. */
export function configureDecoding({ threads }: { readonly threads: number }): void {
  sharp.concurrency(threads);
  // Every picture is read once: caching its operations only holds memory.
  sharp.cache(false);
}
