import type { RawPicture } from "./raw-picture.ts";

/** A rectangle in pixels of its picture; fractions are allowed. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Summed-area table of a picture's brightness: the mean of any rectangle costs four look-ups. */
export class SummedAreaTable {
  readonly width: number;
  readonly height: number;
  /** (width + 1) x (height + 1): the sum of everything above and left of that corner. */
  readonly #sums: Float64Array;

  constructor({ data, width, height }: RawPicture) {
    this.width = width;
    this.height = height;
    const stride = width + 1;
    const sums = new Float64Array(stride * (height + 1));
    for (let y = 0, at = 0; y < height; y++) {
      let row = 0;
      for (let x = 0; x < width; x++, at += 3) {
        // Rec. 601 luma, as JPEG has it.
        row += 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
        const below = (y + 1) * stride + x + 1;
        sums[below] = row + (sums[below - stride] ?? 0);
      }
    }
    this.#sums = sums;
  }

  /** Means of `side` x `side` equal cells of the window, row by row, 0..255. */
  cellMeans({ left, top, width, height }: Window, side: number): Float64Array {
    const corners = new Float64Array((side + 1) * (side + 1));
    for (let j = 0, at = 0; j <= side; j++) {
      for (let i = 0; i <= side; i++, at++) {
        corners[at] = this.#sumBefore(left + (i * width) / side, top + (j * height) / side);
      }
    }
    const area = (width / side) * (height / side);
    const means = new Float64Array(side * side);
    for (let j = 0, at = 0; j < side; j++) {
      for (let i = 0; i < side; i++, at++) {
        const corner = j * (side + 1) + i;
        const above = (corners[corner + 1] ?? 0) - (corners[corner] ?? 0);
        const below = (corners[corner + side + 2] ?? 0) - (corners[corner + side + 1] ?? 0);
        means[at] = (below - above) / area;
      }
    }
    return means;
  }

  /** Interpolating the table linearly is exact for a picture of flat square pixels. */
  #sumBefore(x: number, y: number): number {
    const stride = this.width + 1;
    const column = Math.min(Math.floor(x), this.width - 1);
    const row = Math.min(Math.floor(y), this.height - 1);
    const at = row * stride + column;
    const right = x - column;
    const down = y - row;
    const upper = (this.#sums[at] ?? 0) * (1 - right) + (this.#sums[at + 1] ?? 0) * right;
    const lower = (this.#sums[at + stride] ?? 0) * (1 - right) + (this.#sums[at + stride + 1] ?? 0) * right;
    return upper * (1 - down) + lower * down;
  }
}
