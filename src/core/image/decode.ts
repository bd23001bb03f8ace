import type { Sharp } from "sharp";
import { decodingError, type OpenPicture } from "./open-picture.ts";
import { fromRaw, type RawPicture } from "./raw-picture.ts";

/**
 * Decodes once. A picture whose shorter side is far above `enoughPixels` comes out smaller, its shorter
 * side at least `enoughPixels`; everything else comes out as stored, bit for bit.
 * Transparency is dropped, the colour stored under it shows.
 * @throws PictureError
 */
export async function decode(picture: OpenPicture, enoughPixels: number): Promise<RawPicture> {
  const smaller = reducedSize(picture, enoughPixels);
  if (!smaller) return toRaw(picture.pipeline());
  // A resize weighs colours by their opacity and would lose the hidden ones: drop opacity first.
  const source = picture.hasAlpha ? fromRaw(await toRaw(picture.pipeline())) : picture.pipeline();
  return toRaw(source.resize(smaller.width, smaller.height, { fit: "fill", kernel: "cubic" }));
}

/** Below this reduction a smaller intermediate saves less than its own resize costs. */
const worthwhileReduction = 2;

function reducedSize({ width, height }: OpenPicture, enoughPixels: number) {
  const reduction = Math.min(width, height) / enoughPixels;
  if (reduction < worthwhileReduction) return undefined;
  return { width: Math.round(width / reduction), height: Math.round(height / reduction) };
}

async function toRaw(pipeline: Sharp): Promise<RawPicture> {
  try {
    const { data, info } = await pipeline
      .removeAlpha()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw decodingError(cause);
  }
}
