import type { RawPicture } from "./raw-picture.ts";

/** One axis of a resize: source pixels `0..from` become `0..to`, of which `length` from `offset` on are wanted. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  readonly length: number;
}

export type Interpolation = "bicubic" | "bilinear";

/** Fixed-point digits of Pillow's 8-bit resampler; its rounding is part of the reference. */
const precisionBits = 22;
const half = 1 << (precisionBits - 1);

/**
 * Resizes as Pillow does, bit for bit: antialiased filter, 22-bit fixed-point weights, horizontal pass
 * first, each pass rounded to 8 bits. Only the wanted part is computed.
 * @returns interleaved RGB of `columns.length` x `rows.length`
 */
export function resample(
  { data, width }: RawPicture,
  columns: Axis,
  rows: Axis,
  interpolation: Interpolation,
): Uint8Array {
  const across = weightsOf(columns, interpolation);
  const down = weightsOf(rows, interpolation);
  const top = down.first[0] ?? 0;
  const bottom = down.end;
  const squeezed = new Uint8Array((bottom - top) * columns.length * 3);
  for (let y = top; y < bottom; y++) {
    resampleRow(data, y * width * 3, across, squeezed, (y - top) * columns.length * 3);
  }
  return resampleColumns(squeezed, columns.length * 3, top, down);
}

/** Per output pixel: the first source pixel and `taps` fixed-point weights, padded with zeros. */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly taps: number;
  /** One past the last source pixel that any output pixel needs. */
  readonly end: number;
}

function weightsOf({ from, to, offset, length }: Axis, interpolation: Interpolation): Weights {
  const filter = filters[interpolation];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Int32Array(length * taps);
  let end = 0;
  for (let index = 0; index < length; index++) {
    const centre = (index + offset + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const stop = Math.min(from, Math.trunc(centre + support + 0.5));
    const exact = Array.from({ length: stop - start }, (_, tap) =>
      filter.at((start + tap - centre + 0.5) / stretch),
    );
    const sum = exact.reduce((total, weight) => total + weight, 0);
    exact.forEach((weight, tap) => {
      weights[index * taps + tap] = toFixedPoint(weight / sum);
    });
    first[index] = start;
    count[index] = stop - start;
    end = Math.max(end, stop);
  }
  return { first, count, weights, taps, end };
}

function toFixedPoint(weight: number): number {
  return Math.trunc(weight * (1 << precisionBits) + (weight < 0 ? -0.5 : 0.5));
}

function resampleRow(source: Uint8Array, rowAt: number, axis: Weights, out: Uint8Array, outAt: number): void {
  const { first, count, weights, taps } = axis;
  for (let index = 0, to = outAt; index < first.length; index++, to += 3) {
    let red = half;
    let green = half;
    let blue = half;
    let at = rowAt + (first[index] ?? 0) * 3;
    const end = index * taps + (count[index] ?? 0);
    for (let tap = index * taps; tap < end; tap++, at += 3) {
      const weight = weights[tap] ?? 0;
      red += Math.imul(source[at] ?? 0, weight);
      green += Math.imul(source[at + 1] ?? 0, weight);
      blue += Math.imul(source[at + 2] ?? 0, weight);
    }
    out[to] = toByte(red);
    out[to + 1] = toByte(green);
    out[to + 2] = toByte(blue);
  }
}

function resampleColumns(source: Uint8Array, stride: number, top: number, axis: Weights): Uint8Array {
  const { first, count, weights, taps } = axis;
  const out = new Uint8Array(stride * first.length);
  const sums = new Int32Array(stride);
  for (let index = 0; index < first.length; index++) {
    sums.fill(half);
    for (let tap = 0; tap < (count[index] ?? 0); tap++) {
      addRow(sums, source, ((first[index] ?? 0) + tap - top) * stride, weights[index * taps + tap] ?? 0);
    }
    for (let x = 0, to = index * stride; x < stride; x++, to++) out[to] = toByte(sums[x] ?? 0);
  }
  return out;
}

function addRow(sums: Int32Array, source: Uint8Array, at: number, weight: number): void {
  for (let x = 0; x < sums.length; x++) {
    sums[x] = (sums[x] ?? 0) + Math.imul(source[at + x] ?? 0, weight);
  }
}

function toByte(sum: number): number {
  const value = sum >> precisionBits;
  return value < 0 ? 0 : Math.min(value, 255);
}

const filters = {
  bicubic: { support: 2, at: bicubic },
  bilinear: { support: 1, at: (x: number) => Math.max(0, 1 - Math.abs(x)) },
};

/** Keys' cubic with a = -0.5, as in Pillow. */
function bicubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}
