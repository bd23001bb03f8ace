import { imageId } from "../image-id.ts";
import type { PictureLimits, PictureQuality } from "../types.ts";
import { decodingError } from "./decoding-error.ts";
import { finestDetail } from "./detail.ts";
import { jpegQuality } from "./jpeg-quality.ts";
import { openPicture } from "./open-picture.ts";
import type { RawPicture } from "./raw-picture.ts";

/** As one decoding of a picture shows it, which may have reduced it. */
export const pictureQuality = (bytes: Uint8Array, decoded: RawPicture): PictureQuality => ({
  jpegQuality: jpegQuality(bytes) ?? null,
  detail: finestDetail(decoded),
  measuredSide: Math.sqrt(decoded.width * decoded.height),
});

/** Longest side of the middle of a picture that is measured in full. */
const MEASURED_PIXELS = 4096;

/**
 * Measures a picture that reading it reduced, in all its pixels. Costs a decoding without the decoder's shortcuts.
 * @throws PictureError
 */
export async function measurePicture(
  bytes: Uint8Array,
  limits: PictureLimits,
): Promise<{ readonly id: string; readonly quality: PictureQuality }> {
  const { width, height, pipeline } = await openPicture(bytes, limits);
  const middle = { width: Math.min(width, MEASURED_PIXELS), height: Math.min(height, MEASURED_PIXELS) };
  const left = Math.floor((width - middle.width) / 2);
  const top = Math.floor((height - middle.height) / 2);
  const source = pipeline()
    .extract({ left, top, ...middle })
    .flatten({ background: "#fff" })
    .toColourspace("srgb");
  const data = await source
    .raw({ depth: "uchar" })
    .toBuffer()
    .catch((cause: unknown) => {
      throw decodingError(cause);
    });
  const quality = pictureQuality(bytes, { data, ...middle });
  const scale = Math.sqrt(width * height) / quality.measuredSide;
  return {
    id: imageId(bytes),
    quality: { ...quality, detail: quality.detail * scale, measuredSide: quality.measuredSide * scale },
  };
}
