import { PictureError } from "../errors.ts";
import type { PictureLimits } from "../types.ts";

export const DEFAULT_PICTURE_LIMITS: PictureLimits = {
  maxPixels: 100_000_000,
  maxBytes: 200 * 1024 * 1024,
  timeoutMs: 30_000,
};

/** @throws PictureError "too-many-bytes" */
export function checkBytes(bytes: number, { maxBytes }: PictureLimits): void {
  if (bytes <= maxBytes) return;
  const message = `The file has ${inMebibytes(bytes)} MiB; pictures up to ${inMebibytes(maxBytes)} MiB are read.`;
  throw new PictureError("too-many-bytes", message);
}

/** The longest that JPEG and GIF can store. The cost of resizing grows with a side, however few pixels there are. */
const MAX_SIDE = 65_535;

/** @throws PictureError "too-many-pixels" */
export function checkPixels(width: number, height: number, { maxPixels }: PictureLimits): void {
  if (Math.max(width, height) > MAX_SIDE) {
    const message = `The picture is ${width} x ${height}; sides of up to 65,535 pixels are read.`;
    throw new PictureError("too-many-pixels", message);
  }
  if (width * height <= maxPixels) return;
  const most = `${Math.round(maxPixels / 1e6)} million pixels`;
  throw new PictureError("too-many-pixels", `The picture is ${width} x ${height}; up to ${most} are read.`);
}

function inMebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
