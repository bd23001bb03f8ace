import sharp from "sharp";
import { fromRaw, type RawPicture } from "./raw-picture.ts";
import { resample } from "./resampling/resample.ts";
import type { Axis } from "./resampling/resample-weights.ts";

/** Longest side of a stored thumbnail. */
export const THUMBNAIL_PIXELS = 256;

const QUALITY = 80;
/** 0..6; the lowest costs a few per cent of size and saves most of the time. */
const EFFORT = 0;

/** Shrinks to the thumbnail's size; smaller pictures stay as they are. */
export function shrinkToThumbnail(picture: RawPicture): RawPicture {
  const scale = THUMBNAIL_PIXELS / Math.max(picture.width, picture.height);
  if (scale >= 1) return picture;
  const columns = shrunkAxis(picture.width, scale);
  const rows = shrunkAxis(picture.height, scale);
  const data = resample(picture, columns, rows, "bicubic");
  return { data, width: columns.to, height: rows.to };
}

function shrunkAxis(from: number, scale: number): Axis {
  const to = Math.max(1, Math.round(from * scale));
  return { from, to, offset: 0, length: to };
}

/** WebP without metadata of a picture that is thumbnail-sized already. */
export async function encodeThumbnail(picture: RawPicture): Promise<Uint8Array> {
  return fromRaw(picture).webp({ quality: QUALITY, effort: EFFORT }).toBuffer();
}

/** A stored thumbnail as pixels. @throws when it is none */
export async function decodeThumbnail(webp: Uint8Array): Promise<RawPicture> {
  const { data, info } = await sharp(webp).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
