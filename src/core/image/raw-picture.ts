/** Decoded pixels: 8-bit RGB, interleaved, row by row, `3 * width * height` bytes. */
export interface RawPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
