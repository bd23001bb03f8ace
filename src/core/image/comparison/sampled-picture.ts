import type { RawPicture } from "../raw-picture.ts";
import type { Window } from "../summed-area-table.ts";

/** Means of a grid of cells, row by row: brightness 0..255, and two chroma planes around 0, as JPEG has them. */
export interface Samples {
  readonly columns: number;
  readonly rows: number;
  readonly y: Float32Array;
  readonly cb: Float32Array;
  readonly cr: Float32Array;
}

/** A picture of which any window can be sampled at any scale, each cell the mean of what lies under it. */
export class SampledPicture {
  readonly width: number;
  readonly height: number;
  readonly picture: RawPicture;
  readonly #y: Float64Array;
  #chroma: readonly [Float64Array, Float64Array] | undefined;

  constructor(picture: RawPicture) {
    this.picture = picture;
    this.width = picture.width;
    this.height = picture.height;
    this.#y = summed(picture, 0.299, 0.587, 0.114);
  }

  get whole(): Window {
    return { left: 0, top: 0, width: this.width, height: this.height };
  }

  grey(window: Window, columns: number, rows: number): Float32Array {
    return this.#cells(this.#y, window, columns, rows);
  }

  samples(window: Window, columns: number, rows: number): Samples {
    this.#chroma ??= [
      summed(this.picture, -0.168736, -0.331264, 0.5),
      summed(this.picture, 0.5, -0.418688, -0.081312),
    ];
    const [cb, cr] = this.#chroma.map((sums) => this.#cells(sums, window, columns, rows));
    const none = new Float32Array(columns * rows);
    return { columns, rows, y: this.grey(window, columns, rows), cb: cb ?? none, cr: cr ?? none };
  }

  #cells(sums: Float64Array, window: Window, columns: number, rows: number): Float32Array {
    const stride = this.width + 1;
    const xs = edges(window.left, window.width, columns, this.width);
    const ys = edges(window.top, window.height, rows, this.height);
    const corners = new Float64Array((columns + 1) * (rows + 1));
    for (let j = 0, at = 0; j <= rows; j++) {
      const y = ys[j] as number;
      const row = Math.min(Math.floor(y), this.height - 1);
      const down = y - row;
      for (let i = 0; i <= columns; i++, at++) {
        const x = xs[i] as number;
        const column = Math.min(Math.floor(x), this.width - 1);
        const right = x - column;
        const from = row * stride + column;
        const upper = (sums[from] as number) * (1 - right) + (sums[from + 1] as number) * right;
        const lower =
          (sums[from + stride] as number) * (1 - right) + (sums[from + stride + 1] as number) * right;
        corners[at] = upper * (1 - down) + lower * down;
      }
    }
    const means = new Float32Array(columns * rows);
    for (let j = 0, at = 0; j < rows; j++) {
      const height = (ys[j + 1] as number) - (ys[j] as number);
      for (let i = 0; i < columns; i++, at++) {
        const area = height * ((xs[i + 1] as number) - (xs[i] as number));
        const corner = j * (columns + 1) + i;
        const next = corner + columns + 1;
        const sum =
          (corners[next + 1] as number) -
          (corners[next] as number) -
          (corners[corner + 1] as number) +
          (corners[corner] as number);
        means[at] = area > 0 ? sum / area : 0;
      }
    }
    return means;
  }
}

/** Where cells begin and end, held inside the picture. */
function edges(start: number, length: number, cells: number, limit: number): Float64Array {
  return Float64Array.from({ length: cells + 1 }, (_, at) =>
    Math.min(limit, Math.max(0, start + (at * length) / cells)),
  );
}

function summed({ data, width, height }: RawPicture, red: number, green: number, blue: number): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0, at = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++, at += 3) {
      row += red * (data[at] as number) + green * (data[at + 1] as number) + blue * (data[at + 2] as number);
      const below = (y + 1) * stride + x + 1;
      sums[below] = row + (sums[below - stride] as number);
    }
  }
  return sums;
}
