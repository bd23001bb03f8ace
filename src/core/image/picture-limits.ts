import { PictureError } from "../errors.ts";
import type { PictureLimits } from "../types.ts";

const MIB = 1024 * 1024;

export const DEFAULT_PICTURE_LIMITS: PictureLimits = {
  maxMemory: 1024 * MIB,
  maxPixels: 1_000_000_000,
  maxBytes: 1024 * MIB,
  timeoutMs: 30_000,
  maxShots: 24,
};

/** The limits that follow from how much memory a picture may take; its file alone may take no more. */
export const limitsFor = (maxMemory: number): Pick<PictureLimits, "maxMemory" | "maxBytes"> => ({
  maxMemory,
  maxBytes: Math.min(maxMemory, MAX_READABLE_BYTES),
});

/** No file longer than this can be read at once. */
const MAX_READABLE_BYTES = 2 ** 31 - 1;

/** @throws PictureError "too-many-bytes" */
export function checkBytes(bytes: number, { maxBytes }: Pick<PictureLimits, "maxBytes">): void {
  if (bytes <= maxBytes) return;
  const message = `The file has ${inMebibytes(bytes)} MiB; pictures up to ${inMebibytes(maxBytes)} MiB are read.`;
  throw new PictureError("too-many-bytes", message);
}

/** The longest that JPEG and GIF can store. The cost of resizing grows with a side, however few pixels there are. */
const MAX_SIDE = 65_535;

/** What decoding a picture takes: of its pixels all at once, where its format does not come row by row. */
export interface DecodingCost {
  readonly width: number;
  readonly height: number;
  /** Bytes of memory for each pixel of the whole picture; 0 where rows pass through. */
  readonly bytesPerPixel: number;
}

/** @throws PictureError "too-many-pixels" */
export function checkSize(
  { width, height, bytesPerPixel }: DecodingCost,
  fileBytes: number,
  { maxPixels, maxMemory }: PictureLimits,
): void {
  const size = `The picture is ${width} x ${height}`;
  if (Math.max(width, height) > MAX_SIDE)
    throw new PictureError("too-many-pixels", `${size}; sides of up to 65,535 pixels are read.`);
  if (width * height > maxPixels) {
    const most = `${Math.round(maxPixels / 1e6).toLocaleString("en")} million pixels`;
    throw new PictureError("too-many-pixels", `${size}; up to ${most} are read.`);
  }
  const memory = fileBytes + width * height * bytesPerPixel;
  if (memory <= maxMemory) return;
  throw new PictureError(
    "too-many-pixels",
    `${size}, which takes about ${inMebibytes(memory)} MiB of memory to decode; the limit is ${inMebibytes(maxMemory)} MiB (GLIMPSE_PICTURE_MEMORY).`,
  );
}

function inMebibytes(bytes: number): number {
  return Math.ceil(bytes / MIB);
}
