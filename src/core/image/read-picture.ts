import { createHash } from "node:crypto";
import sharp from "sharp";
import type { ImageRecipe, Picture, PictureLimits } from "../types.ts";
import { captureTime } from "./capture-time.ts";
import { decode } from "./decode.ts";
import { openPicture } from "./open-picture.ts";
import { fingerprintOf } from "./perceptual-hash.ts";
import { recipePixels } from "./recipe-pixels.ts";
import { encodeThumbnail, thumbnailPixels, thumbnailSized } from "./thumbnail.ts";

export { defaultLimits } from "./picture-limits.ts";

export interface ReadPicture {
  readonly picture: Picture;
  /** CHW float32, 3 x size x size, normalised by the recipe's mean and std. */
  readonly pixels: Float32Array;
}

/** Shorter side of the decoded picture, in sides of the model's input: enough that the shortcut cannot be told. */
const intermediateFactor = 2.5;

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
  const open = await openPicture(bytes, limits);
  const decoded = await decode(open, Math.max(intermediateFactor * recipe.size, thumbnailPixels));
  const small = thumbnailSized(decoded);
  // The encoder works on its own thread while this one computes.
  const [thumbnail, pixels, fingerprint, takenAt] = await Promise.all([
    encodeThumbnail(small),
    recipePixels(decoded, recipe),
    fingerprintOf(small),
    captureTime({ bytes, xmp: open.xmp }),
  ]);
  const { format, width, height } = open;
  const picture = {
    id: createHash("sha256").update(bytes).digest("hex"),
    format,
    width,
    height,
    bytes: bytes.length,
    takenAt,
    thumbnail,
    fingerprint,
  };
  return { picture, pixels };
}

/** How many threads one picture may use. One is best when several pictures are in flight. */
export function tuneDecoding({ threads }: { readonly threads: number }): void {
  sharp.concurrency(threads);
  // Every picture is read once: caching its operations only holds memory.
  sharp.cache(false);
}
