import { fromRaw, type RawPicture } from "./raw-picture.ts";

/** Longest side of a stored thumbnail. */
export const thumbnailPixels = 256;

const quality = 80;
/** 0..6; the lower ones cost a few per cent of size and save most of the time. */
const effort = 0;

/** Shrinks to the thumbnail's size; smaller pictures stay as they are. */
export async function thumbnailSized(picture: RawPicture): Promise<RawPicture> {
  if (Math.max(picture.width, picture.height) <= thumbnailPixels) return picture;
  const { data, info } = await fromRaw(picture)
    .resize(thumbnailPixels, thumbnailPixels, { fit: "inside", kernel: "cubic" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** WebP without metadata of a picture that is thumbnail-sized already. */
export async function encodeThumbnail(picture: RawPicture): Promise<Uint8Array> {
  return fromRaw(picture).webp({ quality, effort }).toBuffer();
}
