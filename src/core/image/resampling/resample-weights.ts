/** One axis of a resize: source pixels `0..from` become `0..to`, of which `length` from `offset` on are wanted. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  readonly length: number;
}

export type Interpolation = "bicubic" | "bilinear" | "lanczos";

/** Fixed-point digits of Pillow's 8-bit resampler; its rounding is part of the reference. */
const PRECISION_BITS = 22;
/** Weights are split into high * 4096 + low, each of which fits 16 bits. */
const LOW_BITS = 12;

/** How each output pixel is mixed. Taps come in pairs; an odd one is paired with a weightless one. */
export interface Weights {
  /** Per output pixel, its first source pixel. */
  readonly first: Int32Array;
  /** Per output pixel, its number of pairs of taps. */
  readonly pairs: Int32Array;
  /** Per output pixel `step` numbers; per pair low, low, high, high. */
  readonly taps: Int16Array;
  readonly step: number;
  /** One past the last source pixel that any output pixel needs. */
  readonly end: number;
}

/** The antialiased filter of Pillow: as wide as the reduction, cut at the borders and normalised. */
export function weightsOf(axis: Axis, interpolation: Interpolation): Weights {
  const { from, to, offset, length } = axis;
  const filter = FILTERS[interpolation];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  const step = 4 * (Math.ceil(support) + 1);
  const first = new Int32Array(length);
  const pairs = new Int32Array(length);
  const taps = new Int16Array(length * step);
  const unrounded = new Float64Array(step);
  let end = 0;
  for (let index = 0; index < length; index++) {
    const centre = (index + offset + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const stop = Math.min(from, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let tap = 0; tap < stop - start; tap++) {
      const weight = filter.at((start + tap - centre + 0.5) / stretch);
      unrounded[tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < stop - start; tap++) {
      const weight = toFixedPoint((unrounded[tap] ?? 0) / sum);
      const at = index * step + (tap >> 1) * 4 + (tap & 1);
      taps[at] = weight & ((1 << LOW_BITS) - 1);
      taps[at + 2] = weight >> LOW_BITS;
    }
    first[index] = start;
    pairs[index] = Math.max(1, Math.ceil((stop - start) / 2));
    end = Math.max(end, stop);
  }
  return { first, pairs, taps, step, end };
}

function toFixedPoint(weight: number): number {
  return Math.trunc(weight * (1 << PRECISION_BITS) + (weight < 0 ? -0.5 : 0.5));
}

const FILTERS = {
  bicubic: { support: 2, at: bicubic },
  bilinear: { support: 1, at: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  lanczos: { support: 3, at: (x: number) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Keys' cubic with a = -0.5, as in Pillow. */
function bicubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}
