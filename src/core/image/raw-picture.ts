import sharp, { type Sharp } from "sharp";

/** Decoded pixels: 8-bit RGB, interleaved, row by row, `3 * width * height` bytes. */
export interface RawPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A pipeline that starts from decoded pixels. */
export function fromRaw({ data, width, height }: RawPicture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}
