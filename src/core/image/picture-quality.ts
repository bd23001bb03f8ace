import { imageId } from "../image-id.ts";
import type { PictureLimits, PictureQuality } from "../types.ts";
import { decodingError } from "./decoding-error.ts";
import { finestDetail } from "./detail.ts";
import { coefficientCounts, coefficientCountsOfLossless } from "./formats/block-coefficients.ts";
import { jpegQuality, jpegSteps } from "./formats/jpeg-quality.ts";
import { openPicture } from "./open-picture.ts";
import type { RawPicture } from "./raw-picture.ts";

/** As one decoding of a picture shows it, which may have reduced it. */
export function pictureQuality(bytes: Uint8Array, decoded: RawPicture): PictureQuality {
  const quality = jpegQuality(bytes) ?? null;
  return {
    jpegQuality: quality,
    jpegSteps: jpegSteps(bytes),
    isLossless: isLosslessWebp(bytes),
    detail: finestDetail(decoded, { isCoarse: quality !== null && quality < COARSE_QUALITY }),
    measuredSide: Math.sqrt(decoded.width * decoded.height),
  };
}

/** Below this quality JPEG draws blocks and ripples that would pass for detail in an enlarged picture. */
const COARSE_QUALITY = 75;

/** Undefined for other formats. The picture's own chunk comes after those of its profile and opacity, if any. */
function isLosslessWebp(bytes: Uint8Array): boolean | undefined {
  const webp = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (webp.toString("latin1", 0, 4) !== "RIFF" || webp.toString("latin1", 8, 12) !== "WEBP") return undefined;
  for (let at = 12; at + 8 <= webp.length; ) {
    const chunk = webp.toString("latin1", at, at + 4);
    if (chunk === "VP8L") return true;
    if (chunk === "VP8 ") return false;
    // Frames of an animation hold such chunks.
    if (chunk === "ANMF") at += 8 + 16;
    else at += 8 + webp.readUInt32LE(at + 4) + (webp.readUInt32LE(at + 4) % 2);
  }
  return undefined;
}

/** Longest side of the middle of a picture that is measured in full. */
const MEASURED_PIXELS = 4096;

/**
 * Measures the detail and the coefficients of a picture in all its pixels. Costs a decoding without the decoder's shortcuts.
 * @throws PictureError
 */
export async function measurePicture(
  bytes: Uint8Array,
  limits: PictureLimits,
): Promise<{ readonly id: string; readonly quality: PictureQuality }> {
  const { width, height, pipeline } = await openPicture(bytes, limits);
  const middle = { width: Math.min(width, MEASURED_PIXELS), height: Math.min(height, MEASURED_PIXELS) };
  // JPEG's blocks stay whole.
  const left = 8 * Math.floor((width - middle.width) / 16);
  const top = 8 * Math.floor((height - middle.height) / 16);
  const source = (await pipeline())
    .extract({ left, top, ...middle })
    .flatten({ background: "#fff" })
    .toColourspace("srgb");
  const data = await source
    .raw({ depth: "uchar" })
    .toBuffer()
    .catch((cause: unknown) => {
      throw decodingError(cause);
    });
  const measured = { data, ...middle };
  const shown = pictureQuality(bytes, measured);
  const coefficients =
    shown.jpegQuality === null
      ? coefficientCountsOfLossless(measured, { across: width % 8, down: height % 8 })
      : coefficientCounts(measured);
  const quality = { ...shown, coefficients };
  const scale = Math.sqrt(width * height) / quality.measuredSide;
  return {
    id: imageId(bytes),
    quality: { ...quality, detail: quality.detail * scale, measuredSide: quality.measuredSide * scale },
  };
}
