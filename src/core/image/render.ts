import sharp from "sharp";
import type { PictureLimits, RenderedImage } from "../types.ts";
import { decodingError, openPicture } from "./open-picture.ts";

/** A stored thumbnail as PNG, which terminals show. @throws PictureError */
export async function pngThumbnail(webp: Uint8Array): Promise<RenderedImage> {
  try {
    const png = sharp(webp).png({ compressionLevel: 6 });
    const { data, info } = await png.toBuffer({ resolveWithObject: true });
    return { bytes: data, mimeType: "image/png", width: info.width, height: info.height };
  } catch (cause) {
    throw decodingError(cause);
  }
}

/**
 * The picture in the given bytes, at most `longestSide` pixels on its longer side, never enlarged.
 * JPEG shows transparent parts on white. Metadata is dropped, EXIF orientation applied.
 * @throws PictureError for anything that cannot be used
 */
export async function resizedPicture(
  bytes: Uint8Array,
  longestSide: number,
  limits: PictureLimits,
  format: "jpeg" | "webp" = "jpeg",
): Promise<RenderedImage> {
  const open = await openPicture(bytes, limits);
  const resized = open
    .pipeline("displayed")
    .resize(longestSide, longestSide, { fit: "inside", withoutEnlargement: true })
    .toColourspace("srgb");
  const encoded =
    format === "jpeg" ? resized.flatten({ background: "#fff" }).jpeg({ quality: 85 }) : resized.webp();
  try {
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    return { bytes: data, mimeType: `image/${format}`, width: info.width, height: info.height };
  } catch (cause) {
    throw decodingError(cause);
  }
}
