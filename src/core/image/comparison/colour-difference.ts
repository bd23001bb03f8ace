import { fitPlane } from "./fit-plane.ts";
import type { WindowPair } from "./refine-alignment.ts";
import type { Sampled } from "./sampled-picture.ts";

/** Of the means of a grid of 8 x 8 cells. Brightness and chroma in levels, 0..255. */
export interface ColourDifference {
  /** Mean chroma of each, 0 for grey. */
  readonly first: number;
  readonly second: number;
  /** How far each picture's chroma is from what its brightness tells: little in a grey or sepia picture. */
  readonly hueOfFirst: number;
  readonly hueOfSecond: number;
  /** Distance of brightness and chroma, cell by cell. */
  readonly plain: Distances;
  /** Brightness of the second over that of the first. */
  readonly factor: number;
  /** Distances after the darker was made brighter by that, and clipped. */
  readonly scaled: Distances;
  /** Distance of chroma alone, after the change of all colours of one of the two (linear in chroma) that fits best. */
  readonly toned: Distances;
  /** How far brightness is from that of the other turned grey, in cells, by the closer of two usual formulas. */
  readonly greyed: Distances;
}

export interface Distances {
  readonly mean: number;
  readonly max: number;
}

const GRID = 8;
/** Mean brightness of a sample in which primaries may be clipped. */
const CLIPPED = 215;
/** Samples along each side from which these means are taken. */
const SIDE = 64;

export function colourDifference(first: Sampled, second: Sampled, windows: WindowPair): ColourDifference {
  const [fine, otherFine] = [coloursOf(first, windows.first), coloursOf(second, windows.second)];
  const [one, two] = [averaged(fine), averaged(otherFine)];
  const { factor, scaled } = scaledDifference(fine, otherFine);
  const chroma = [meanChroma(fine), meanChroma(otherFine)] as const;
  const [grey, coloured] = chroma[0] < chroma[1] ? [one, two] : [two, one];
  return {
    first: chroma[0],
    second: chroma[1],
    hueOfFirst: hue(one),
    hueOfSecond: hue(two),
    plain: distances(one, two),
    factor,
    scaled,
    toned: closer(tonedDistances(one, two), tonedDistances(two, one)),
    greyed: closer(greyDistances(grey.y, coloured.y), greyDistances(grey.y, relativeLuminance(coloured))),
  };
}

/** How far colours are from what those of the other tell: a picture in sepia tells nothing of what it was made from. */
function tonedDistances(from: CellColours, to: CellColours): Distances {
  const cb = fitPlane(from.cb, from.cr, to.cb);
  const cr = fitPlane(from.cb, from.cr, to.cr);
  const none = new Float32Array(GRID * GRID);
  const toned = {
    y: none,
    cb: from.cb.map((b, at) => cb(b, from.cr[at] as number)),
    cr: from.cr.map((r, at) => cr(from.cb[at] as number, r)),
  };
  return distances(toned, { ...to, y: none });
}

/** Means of cells. */
export interface CellColours {
  readonly y: Float32Array;
  readonly cb: Float32Array;
  readonly cr: Float32Array;
}

type Window = WindowPair["first"];

const coloursOf = (picture: Sampled, window: Window): CellColours => ({
  y: picture.grey(window, SIDE, SIDE),
  ...picture.chroma(window, SIDE, SIDE),
});

const averaged = ({ y, cb, cr }: CellColours): CellColours => ({
  y: averages(y),
  cb: averages(cb),
  cr: averages(cr),
});

const PER_CELL = SIDE / GRID;

/** Of squares of samples. */
function averages(plane: Float32Array): Float32Array {
  const means = new Float32Array(GRID * GRID);
  for (let y = 0, at = 0; y < SIDE; y++) {
    const row = Math.floor(y / PER_CELL) * GRID;
    for (let x = 0; x < SIDE; x++, at++) {
      const cell = row + Math.floor(x / PER_CELL);
      means[cell] = (means[cell] as number) + (plane[at] as number);
    }
  }
  for (let cell = 0; cell < means.length; cell++) means[cell] = (means[cell] as number) / PER_CELL ** 2;
  return means;
}

function meanChroma({ cb, cr }: CellColours): number {
  let sum = 0;
  // Math.hypot takes many times as long.
  for (let at = 0; at < cb.length; at++) sum += Math.sqrt((cb[at] as number) ** 2 + (cr[at] as number) ** 2);
  return sum / cb.length;
}

/** Where primaries were clipped, brightness tells of less than the factor: it may be larger by so much. */
const MORE = [1, 1.03, 1.06, 1.1, 1.15];

function scaledDifference(one: CellColours, two: CellColours): { factor: number; scaled: Distances } {
  const fit = bestFactor(one.y, two.y);
  const brighter = averaged(fit < 1 ? one : two);
  const darker = fit < 1 ? two : one;
  let best = { factor: fit, scaled: { mean: Number.POSITIVE_INFINITY, max: Number.POSITIVE_INFINITY } };
  for (const more of isClipped(fit < 1 ? one.y : two.y) ? MORE : [1]) {
    const factor = fit < 1 ? fit / more : fit * more;
    const scaled = distances(averaged(brightened(darker, fit < 1 ? 1 / factor : factor)), brighter);
    if (scaled.mean < best.scaled.mean) best = { factor, scaled };
  }
  return best;
}

const isClipped = (brightness: Float32Array) => brightness.some((level) => level > CLIPPED);

/** Light that is brighter than white is lost, of each primary for itself. */
export function brightened({ y, cb, cr }: CellColours, factor: number): CellColours {
  const result = {
    y: new Float32Array(y.length),
    cb: new Float32Array(y.length),
    cr: new Float32Array(y.length),
  };
  for (let at = 0; at < y.length; at++) {
    const light = y[at] as number;
    const b = cb[at] as number;
    const r = cr[at] as number;
    const red = Math.min(255, factor * (light + 1.402 * r));
    const green = Math.min(255, factor * (light - 0.344136 * b - 0.714136 * r));
    const blue = Math.min(255, factor * (light + 1.772 * b));
    result.y[at] = 0.299 * red + 0.587 * green + 0.114 * blue;
    result.cb[at] = -0.168736 * red - 0.331264 * green + 0.5 * blue;
    result.cr[at] = 0.5 * red - 0.418688 * green - 0.081312 * blue;
  }
  return result;
}

function hue({ y, cb, cr }: CellColours): number {
  const [blue, red] = [fitPlane(y, y, cb), fitPlane(y, y, cr)];
  let sum = 0;
  for (let at = 0; at < y.length; at++) {
    const light = y[at] as number;
    const b = (cb[at] as number) - blue(light, light);
    const r = (cr[at] as number) - red(light, light);
    sum += Math.sqrt(b * b + r * r);
  }
  return sum / y.length;
}

function bestFactor(one: Float32Array, two: Float32Array): number {
  let xx = 0;
  let xy = 0;
  for (let at = 0; at < one.length; at++) {
    // What was clipped at white says nothing of the factor.
    if ((one[at] as number) > CLIPPED || (two[at] as number) > CLIPPED) continue;
    xx += (one[at] as number) ** 2;
    xy += (one[at] as number) * (two[at] as number);
  }
  return xx > 0 ? xy / xx : 1;
}

function greyDistances(grey: Float32Array, other: Float32Array): Distances {
  const off = grey.map((value, at) => Math.abs(value - (other[at] as number)));
  return { mean: off.reduce((sum, value) => sum + value, 0) / off.length, max: Math.max(...off) };
}

const closer = (a: Distances, b: Distances) => (a.max < b.max ? a : b);

/** Brightness as programs that compute with light turn a picture grey: Rec. 709 of linear red, green and blue. */
function relativeLuminance({ y, cb, cr }: CellColours): Float32Array {
  return y.map((value, at) => {
    const [b, r] = [cb[at] as number, cr[at] as number];
    const [red, green, blue] = [
      value + 1.402 * r,
      value - 0.344136 * b - 0.714136 * r,
      value + 1.772 * b,
    ].map(linear);
    return 255 * encoded(0.2126 * (red as number) + 0.7152 * (green as number) + 0.0722 * (blue as number));
  });
}

/** sRGB. */
function linear(level: number): number {
  const value = Math.min(1, Math.max(0, level / 255));
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
const encoded = (value: number) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

function distances(one: CellColours, two: CellColours): Distances {
  let sum = 0;
  let max = 0;
  for (let at = 0; at < one.y.length; at++) {
    const y = (one.y[at] as number) - (two.y[at] as number);
    const cb = (one.cb[at] as number) - (two.cb[at] as number);
    const cr = (one.cr[at] as number) - (two.cr[at] as number);
    const distance = Math.sqrt(y * y + cb * cb + cr * cr);
    sum += distance;
    max = Math.max(max, distance);
  }
  return { mean: sum / one.y.length, max };
}
