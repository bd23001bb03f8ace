import sharp from "sharp";
import type { RenderedImage } from "../types.ts";
import { decode } from "./decode.ts";
import { decodingError } from "./decoding-error.ts";
import { displayedColours } from "./displayed-colours.ts";
import type { OpenPicture } from "./open-picture.ts";
import { fromRaw } from "./raw-picture.ts";

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

const JPEG_QUALITY = 85;

/**
 * The picture as a JPEG, at most `longestSide` pixels on its longer side, never enlarged: the same
 * that its thumbnail shows. Metadata is dropped, EXIF orientation applied.
 * @throws PictureError for anything that cannot be used
 */
export async function resizedPicture(opened: OpenPicture, longestSide: number): Promise<RenderedImage> {
  const { width, height, samples, colours } = opened;
  const scale = longestSide / Math.max(width, height);
  const fitted = (side: number) => Math.max(1, Math.round(side * scale));
  const reduced = scale < 1 ? { width: fitted(width), height: fitted(height) } : undefined;
  const shown =
    samples === "inks"
      ? await decode(opened, { reduced, colours: "displayed" })
      : await displayedColours(await decode(opened, { reduced }), colours);
  try {
    const jpeg = fromRaw(shown).jpeg({ quality: JPEG_QUALITY });
    const { data, info } = await jpeg.toBuffer({ resolveWithObject: true });
    return { bytes: data, mimeType: "image/jpeg", width: info.width, height: info.height };
  } catch (cause) {
    throw decodingError(cause);
  }
}
