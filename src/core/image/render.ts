import sharp from "sharp";
import type { PictureLimits } from "../types.ts";
import { decodingError, openPicture } from "./open-picture.ts";

/** A picture made for looking at: no metadata, upright, ordinary colours. */
export interface RenderedPicture {
  readonly data: Uint8Array;
  readonly mimeType: "image/jpeg" | "image/webp" | "image/png";
  readonly width: number;
  readonly height: number;
}

/** A stored thumbnail as PNG, which terminals show. @throws PictureError */
export async function pngThumbnail(webp: Uint8Array): Promise<RenderedPicture> {
  try {
    const png = sharp(webp).png({ compressionLevel: 6 });
    const { data, info } = await png.toBuffer({ resolveWithObject: true });
    return { data, mimeType: "image/png", width: info.width, height: info.height };
  } catch (cause) {
    throw decodingError(cause);
  }
}

/**
 * The picture in the given bytes, at most `longestSide` pixels on its longer side, never enlarged.
 * JPEG shows transparent parts on white. Metadata is gone, EXIF orientation applied.
 * @throws PictureError for anything that cannot be used
 */
export async function resizedPicture(
  bytes: Uint8Array,
  longestSide: number,
  limits: PictureLimits,
  as: "jpeg" | "webp" = "jpeg",
): Promise<RenderedPicture> {
  const open = await openPicture(bytes, limits);
  const resized = open
    .pipeline("seen")
    .resize(longestSide, longestSide, { fit: "inside", withoutEnlargement: true })
    .toColourspace("srgb");
  const encoded =
    as === "jpeg" ? resized.flatten({ background: "#fff" }).jpeg({ quality: 85 }) : resized.webp();
  try {
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    return { data, mimeType: `image/${as}`, width: info.width, height: info.height };
  } catch (cause) {
    throw decodingError(cause);
  }
}
