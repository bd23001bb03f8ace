import sharp, { type Sharp } from "sharp";

/** Decoded pixels: 8-bit RGB, interleaved, row by row, `3 * width * height` bytes. */
export interface RawPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The same with opacity, which colours are not multiplied by: `4 * width * height` bytes. */
export interface TransparentPicture extends RawPicture {
  readonly channels: 4;
}

/** A pipeline that starts from decoded pixels. */
export function fromRaw(picture: RawPicture | TransparentPicture): Sharp {
  const { data, width, height } = picture;
  const channels = "channels" in picture ? picture.channels : 3;
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

/** Scaled to exactly this size. */
export async function resizeRaw(picture: RawPicture, width: number, height: number): Promise<RawPicture> {
  if (picture.width === width && picture.height === height) return picture;
  const { data } = await fromRaw(picture)
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width, height };
}
