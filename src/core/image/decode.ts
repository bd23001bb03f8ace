import type { Sharp } from "sharp";
import { decodingError, type OpenPicture } from "./open-picture.ts";
import { fromRaw, type RawPicture } from "./raw-picture.ts";

/**
 * Decodes once. A picture whose shorter side is far above `minShorterSide` pixels comes out reduced to about that side;
 * everything else comes out as stored, bit for bit.
 * Transparency is dropped, the colour stored under it shows.
 * @throws PictureError
 */
export async function decode(picture: OpenPicture, minShorterSide: number): Promise<RawPicture> {
  const reduced = reducedSize(picture, minShorterSide);
  if (!reduced) return toRaw(picture.pipeline());
  // A resize weighs colours by their opacity and would lose the hidden ones: drop opacity first.
  const source = picture.hasAlpha ? fromRaw(await toRaw(picture.pipeline())) : picture.pipeline();
  return toRaw(source.resize(reduced.width, reduced.height, { fit: "fill", kernel: "cubic" }));
}

/** Below this reduction a smaller intermediate saves less than its own resize costs. */
const MIN_REDUCTION = 2;

function reducedSize({ width, height }: OpenPicture, minShorterSide: number) {
  const reduction = Math.min(width, height) / minShorterSide;
  if (reduction < MIN_REDUCTION) return undefined;
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
