import { SYMMETRIES, type Transform } from "../hashing/hash-bits.ts";
import type { RawPicture } from "../raw-picture.ts";
import type { Window } from "../summed-area-table.ts";

/** A picture of which any window can be sampled at any scale, each cell the mean of what lies under it, row by row. */
export interface Sampled {
  readonly width: number;
  readonly height: number;
  /** Brightness, 0..255. */
  grey(window: Window, columns: number, rows: number): Float32Array;
  chroma(window: Window, columns: number, rows: number): Chroma;
}

/** Two planes around 0, as JPEG has them. */
export interface Chroma {
  readonly cb: Float32Array;
  readonly cr: Float32Array;
}

export class SampledPicture implements Sampled {
  readonly width: number;
  readonly height: number;
  readonly #picture: RawPicture;
  /** Of brightness, at the picture's size and at halves of it: large cells are summed from few numbers. */
  readonly #y: SummedPlane[];
  /** At half the picture's size, as most pictures store it. */
  #chroma: SummedChroma | undefined;

  constructor(picture: RawPicture) {
    this.#picture = picture;
    this.width = picture.width;
    this.height = picture.height;
    this.#y = [summedBrightness(picture)];
  }

  grey(window: Window, columns: number, rows: number): Float32Array {
    let level = Math.floor(Math.log2(Math.min(window.width / columns, window.height / rows) / CELL));
    level = Math.max(0, Math.min(level, MAX_LEVEL));
    for (let known = this.#y.length; known <= level; known++) this.#y.push(halved(this.#y[known - 1]));
    const plane = this.#y[level] as SummedPlane;
    const inPlane = scaledWindow(window, plane.width / this.width, plane.height / this.height);
    return cellMeans(plane, inPlane, columns, rows);
  }

  chroma(window: Window, columns: number, rows: number): Chroma {
    this.#chroma ??= summedChroma(this.#picture);
    const { cb, cr } = this.#chroma;
    // Of an odd size the planes lack the last row or column.
    const inHalves = scaledWindow(window, this.width > 1 ? 0.5 : 1, this.height > 1 ? 0.5 : 1);
    return { cb: cellMeans(cb, inHalves, columns, rows), cr: cellMeans(cr, inHalves, columns, rows) };
  }
}

export const wholeOf = ({ width, height }: Pick<Window, "width" | "height">): Window => ({
  left: 0,
  top: 0,
  width,
  height,
});

const scaledWindow = ({ left, top, width, height }: Window, x: number, y: number): Window => ({
  left: left * x,
  top: top * y,
  width: width * x,
  height: height * y,
});

/** Pixels along a cell's shorter side that are enough; with twice as many, the next smaller plane is taken. */
const CELL = 2;
const MAX_LEVEL = 3;

/** Summed-area table, (width + 1) x (height + 1). */
interface SummedPlane {
  readonly width: number;
  readonly height: number;
  readonly sums: Float64Array;
}

interface SummedChroma {
  readonly cb: SummedPlane;
  readonly cr: SummedPlane;
}

/** What `cellMeans` works with, kept between calls: nothing in it outlives a call. */
let scratch = scratchFor(256);

function scratchFor(cells: number) {
  return {
    xs: new Float64Array(cells + 1),
    from: new Int32Array(cells + 1),
    shares: new Float64Array(cells + 1),
    above: new Float64Array(cells + 1),
    below: new Float64Array(cells + 1),
  };
}

/** The innermost loop of every comparison: a row of corners of the table at a time. Edges are held inside the picture. */
function cellMeans(
  { width, height, sums }: SummedPlane,
  window: Window,
  columns: number,
  rows: number,
): Float32Array {
  if (scratch.xs.length <= columns) scratch = scratchFor(2 * columns);
  const { xs, from, shares } = scratch;
  let { above, below } = scratch;
  const stride = width + 1;
  let areOnPixels = true;
  for (let i = 0; i <= columns; i++) {
    const x = Math.min(width, Math.max(0, window.left + (i * window.width) / columns));
    const column = Math.min(Math.floor(x), width - 1);
    xs[i] = x;
    from[i] = column;
    shares[i] = x - column;
    areOnPixels &&= x === Math.floor(x);
  }
  const means = new Float32Array(columns * rows);
  let top = 0;
  for (let j = 0, cell = 0; j <= rows; j++) {
    const y = Math.min(height, Math.max(0, window.top + (j * window.height) / rows));
    const row = Math.min(Math.floor(y), height - 1);
    const down = y - row;
    if (areOnPixels && y === Math.floor(y)) {
      // As of pictures of one size: nothing lies between two sums.
      const start = y * stride;
      for (let i = 0; i <= columns; i++) below[i] = sums[start + ((xs[i] as number) | 0)] as number;
    } else {
      const start = row * stride;
      for (let i = 0; i <= columns; i++) {
        const at = start + (from[i] as number);
        const share = shares[i] as number;
        const left = sums[at] as number;
        const upper = left + ((sums[at + 1] as number) - left) * share;
        const leftBelow = sums[at + stride] as number;
        const lower = leftBelow + ((sums[at + stride + 1] as number) - leftBelow) * share;
        below[i] = upper + (lower - upper) * down;
      }
    }
    if (j > 0) {
      const tall = y - top;
      for (let i = 0; i < columns; i++, cell++) {
        const area = tall * ((xs[i + 1] as number) - (xs[i] as number));
        const sum =
          (below[i + 1] as number) - (below[i] as number) - (above[i + 1] as number) + (above[i] as number);
        means[cell] = area > 0 ? sum / area : 0;
      }
    }
    top = y;
    const other = above;
    above = below;
    below = other;
  }
  return means;
}

function halved(plane: SummedPlane | undefined): SummedPlane {
  if (!plane) throw new Error("There is no plane to halve.");
  const width = Math.max(1, plane.width >> 1);
  const height = Math.max(1, plane.height >> 1);
  return summedPlane(cellMeans(plane, wholeOf(plane), width, height), width, height);
}

function summedBrightness({ data, width, height }: RawPicture): SummedPlane {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0, from = 0; y < height; y++) {
    let row = 0;
    let below = (y + 1) * stride + 1;
    for (let x = 0; x < width; x++, from += 3, below++) {
      row +=
        0.299 * (data[from] as number) +
        0.587 * (data[from + 1] as number) +
        0.114 * (data[from + 2] as number);
      sums[below] = row + (sums[below - stride] as number);
    }
  }
  return { width, height, sums };
}

/** Sums over squares of four pixels; the last row or column of an odd size is left out. */
function summedChroma({ data, width, height }: RawPicture): SummedChroma {
  const columns = Math.max(1, width >> 1);
  const rows = Math.max(1, height >> 1);
  const stride = columns + 1;
  const cb = new Float64Array(stride * (rows + 1));
  const cr = new Float64Array(stride * (rows + 1));
  const right = width > 1 ? 3 : 0;
  const down = height > 1 ? 3 * width : 0;
  for (let y = 0; y < rows; y++) {
    let rowOfCb = 0;
    let rowOfCr = 0;
    let below = (y + 1) * stride + 1;
    for (let x = 0, from = 6 * y * width; x < columns; x++, from += 6, below++) {
      const diagonal = from + right + down;
      const red =
        (data[from] as number) +
        (data[from + right] as number) +
        (data[from + down] as number) +
        (data[diagonal] as number);
      const green =
        (data[from + 1] as number) +
        (data[from + right + 1] as number) +
        (data[from + down + 1] as number) +
        (data[diagonal + 1] as number);
      const blue =
        (data[from + 2] as number) +
        (data[from + right + 2] as number) +
        (data[from + down + 2] as number) +
        (data[diagonal + 2] as number);
      rowOfCb += (-0.168736 * red - 0.331264 * green + 0.5 * blue) / 4;
      rowOfCr += (0.5 * red - 0.418688 * green - 0.081312 * blue) / 4;
      cb[below] = rowOfCb + (cb[below - stride] as number);
      cr[below] = rowOfCr + (cr[below - stride] as number);
    }
  }
  const size = { width: columns, height: rows };
  return { cb: { ...size, sums: cb }, cr: { ...size, sums: cr } };
}

function summedPlane(values: Float32Array, width: number, height: number): SummedPlane {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0, at = 0; y < height; y++) {
    let row = 0;
    let below = (y + 1) * stride + 1;
    for (let x = 0; x < width; x++, at++, below++) {
      row += values[at] as number;
      sums[below] = row + (sums[below - stride] as number);
    }
  }
  return { width, height, sums };
}

export type Symmetry = (typeof SYMMETRIES)[number];

export const symmetryOf = (transform: Transform): Symmetry =>
  SYMMETRIES.find((each) => each.transform === transform) ?? (SYMMETRIES[0] as Symmetry);

/** A picture as one of `SYMMETRIES` makes it: its samples are put elsewhere, nothing of it is copied. */
export class TransformedPicture implements Sampled {
  readonly width: number;
  readonly height: number;
  readonly #picture: Sampled;
  readonly #symmetry: Symmetry;

  constructor(picture: Sampled, symmetry: Symmetry) {
    this.#picture = picture;
    this.#symmetry = symmetry;
    this.width = symmetry.swapsAxes ? picture.height : picture.width;
    this.height = symmetry.swapsAxes ? picture.width : picture.height;
  }

  grey(window: Window, columns: number, rows: number): Float32Array {
    const [wide, high] = this.#symmetry.swapsAxes ? [rows, columns] : [columns, rows];
    return transformedCells(
      this.#picture.grey(windowBefore(window, this.#symmetry, this), wide, high),
      this.#symmetry,
      columns,
      rows,
    );
  }

  chroma(window: Window, columns: number, rows: number): Chroma {
    const [wide, high] = this.#symmetry.swapsAxes ? [rows, columns] : [columns, rows];
    const { cb, cr } = this.#picture.chroma(windowBefore(window, this.#symmetry, this), wide, high);
    return {
      cb: transformedCells(cb, this.#symmetry, columns, rows),
      cr: transformedCells(cr, this.#symmetry, columns, rows),
    };
  }
}

/** Cells as a symmetry puts them in rows of `columns`. */
export function transformedCells(
  cells: Float32Array,
  { swapsAxes, negatesAcross, negatesDown }: Symmetry,
  columns: number,
  rows: number,
): Float32Array {
  const result = new Float32Array(cells.length);
  for (let y = 0, at = 0; y < rows; y++) {
    const down = negatesDown ? rows - 1 - y : y;
    for (let x = 0; x < columns; x++, at++) {
      const across = negatesAcross ? columns - 1 - x : x;
      result[at] = cells[swapsAxes ? across * rows + down : down * columns + across] as number;
    }
  }
  return result;
}

/** A window of a picture of this size as it lies after the symmetry. */
export function windowAfter(
  { left, top, width, height }: Window,
  { swapsAxes, negatesAcross, negatesDown }: Symmetry,
  of: { readonly width: number; readonly height: number },
): Window {
  const [across, down, wide, high] = swapsAxes ? [top, left, height, width] : [left, top, width, height];
  const [limitAcross, limitDown] = swapsAxes ? [of.height, of.width] : [of.width, of.height];
  return {
    left: negatesAcross ? limitAcross - across - wide : across,
    top: negatesDown ? limitDown - down - high : down,
    width: wide,
    height: high,
  };
}

/** Where a window of a picture that has this size after the symmetry was before. */
export function windowBefore(
  { left, top, width, height }: Window,
  { swapsAxes, negatesAcross, negatesDown }: Symmetry,
  after: { readonly width: number; readonly height: number },
): Window {
  const across = negatesAcross ? after.width - left - width : left;
  const down = negatesDown ? after.height - top - height : top;
  return swapsAxes
    ? { left: down, top: across, width: height, height: width }
    : { left: across, top: down, width, height };
}

/** Columns and rows of about square cells, no finer than the pixels of either window. */
export function gridFor({ width, height }: Window, side: number, other: Window): [number, number] {
  const scale = Math.min(1, side / Math.max(width, height), other.width / width, other.height / height);
  return [Math.max(8, Math.round(width * scale)), Math.max(8, Math.round(height * scale))];
}
