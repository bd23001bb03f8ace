import type { Window } from "../summed-area-table.ts";
import { gridFor, type WindowPair } from "./align.ts";
import type { SampledPicture, Samples } from "./sampled-picture.ts";

/** How two pictures differ in the windows that should show the same. Brightness and chroma in levels, 0..255. */
export interface Difference {
  /** Shares of each picture's area that lie in the windows. */
  readonly coveredFirst: number;
  readonly coveredSecond: number;
  readonly brightness: BrightnessDifference;
  readonly colour: ColourDifference;
  readonly structure: StructureDifference;
  readonly richness: Richness;
}

export interface BrightnessDifference {
  /** Mean of the second less that of the first. */
  readonly shift: number;
}

/** Of the means of a grid of 8 x 8 cells. */
export interface ColourDifference {
  /** Mean chroma of each, 0 for grey. */
  readonly first: number;
  readonly second: number;
  /** Distance of brightness and chroma, cell by cell. */
  readonly plain: Distances;
  /** The same after the one factor of brightness that fits best. */
  readonly scaled: Distances;
  /** Distance of chroma alone, after the change of all colours (linear in chroma) that fits best. */
  readonly toned: Distances;
  /** How far brightness is from that of the other turned grey, in cells, by the closer of two usual formulas. */
  readonly greyed: Distances;
}

export interface Distances {
  readonly mean: number;
  readonly max: number;
}

/** Of blocks of 8 x 8 samples, after the change of brightness (never falling) that fits best. */
export interface StructureDifference {
  /** Share of blocks that show anything in either picture. */
  readonly shown: number;
  /** Of all that is shown, by its contrast, the share in blocks where both show the same. */
  readonly agreeing: number;
  /** Share of blocks that show different things. */
  readonly differing: number;
  /** Root mean square of the strongest difference of a block. */
  readonly peak: number;
  /**
   * Whose the differing structure is: 1 if everywhere the second shows what the first has not, 0 the other way round,
   * 0.5 if each shows something of its own. Over all, and in the place where it is least and most the second's.
   */
  readonly added: number;
  readonly addedLeast: number;
  readonly addedMost: number;
  /** In what differs, the share of the first's and of the second's structure that the other shows too, in the worst place. */
  readonly keptOfFirst: number;
  readonly keptOfSecond: number;
}

/** Of the poorer of the two. */
export interface Richness {
  /** Largest share of pixels within 6 levels of one brightness: that of paper, of a wall of one colour. */
  readonly ground: number;
  /** Entropy of brightness in steps of four levels, 0..6 bits. */
  readonly entropy: number;
}

const BLOCK = 8;
const STEP = 4;

/** Measures at the finer scale that both have, at most `side` samples on the longer side. */
export function measureDifference(
  first: SampledPicture,
  second: SampledPicture,
  windows: WindowPair,
  side: number,
): Difference {
  const [columns, rows] = gridFor(windows.second, side, windows.first);
  const coveredFirst = shareOf(windows.first, first);
  const coveredSecond = shareOf(windows.second, second);
  // Where an edge lies inside a picture it is known to a pixel or two.
  const inset = Math.min(coveredFirst, coveredSecond) < COINCIDING ? 2 : 0;
  const [one, two] = [
    first.samples(insetBy(windows.first, inset, columns, rows), columns - 2 * inset, rows - 2 * inset),
    second.samples(insetBy(windows.second, inset, columns, rows), columns - 2 * inset, rows - 2 * inset),
  ];
  const toned = toneCurve(one.y, two.y);
  const expected = one.y.map(toned);
  return {
    coveredFirst,
    coveredSecond,
    brightness: { shift: meanOf(two.y) - meanOf(one.y) },
    colour: colourDifference(one, two),
    structure: structureDifference(expected, two.y, one.columns, one.rows),
    richness: richness(one.y, two.y),
  };
}

/** Share of a picture from which a window counts as all of it. */
export const COINCIDING = 0.96;

const shareOf = ({ width, height }: Window, of: { readonly width: number; readonly height: number }) =>
  (width * height) / (of.width * of.height);

function insetBy({ left, top, width, height }: Window, cells: number, columns: number, rows: number): Window {
  const [across, down] = [(cells * width) / columns, (cells * height) / rows];
  return { left: left + across, top: top + down, width: width - 2 * across, height: height - 2 * down };
}

const LEVELS = 32;

/** Brightness of the second by brightness of the first: the median of each level, never falling. */
function toneCurve(one: Float32Array, two: Float32Array): (value: number) => number {
  const counts = new Uint32Array(LEVELS * 256);
  for (let at = 0; at < one.length; at++) {
    const level = Math.min(LEVELS - 1, Math.max(0, ((one[at] as number) * LEVELS) >> 8));
    const place = level * 256 + Math.min(255, Math.max(0, Math.round(two[at] as number)));
    counts[place] = (counts[place] as number) + 1;
  }
  const { gain, offset } = lineOf(one, two);
  const points = Array.from({ length: LEVELS }, (_, level) => {
    const center = ((level + 0.5) * 256) / LEVELS;
    const median = medianOf(counts.subarray(level * 256, (level + 1) * 256));
    return median ?? { value: gain * center + offset, weight: 1 };
  });
  const curve = monotone(points);
  return (value) => {
    const place = Math.min(LEVELS - 1, Math.max(0, (value * LEVELS) / 256 - 0.5));
    const low = Math.floor(place);
    const high = Math.min(LEVELS - 1, low + 1);
    return (curve[low] as number) * (1 - place + low) + (curve[high] as number) * (place - low);
  };
}

/** Samples from which a level has a median of its own. */
const ENOUGH = 12;

function medianOf(counts: Uint32Array): { value: number; weight: number } | undefined {
  let weight = 0;
  for (const count of counts) weight += count;
  if (weight < ENOUGH) return undefined;
  let below = 0;
  for (let value = 0; value < counts.length; value++) {
    below += counts[value] as number;
    if (2 * below >= weight) return { value, weight };
  }
  return undefined;
}

/** Pool adjacent violators. */
function monotone(points: readonly { value: number; weight: number }[]): number[] {
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (const { value, weight } of points) {
    pools.push({ sum: value * weight, weight, count: 1 });
    for (;;) {
      const [last, before] = [pools.at(-1), pools.at(-2)];
      if (!last || !before || before.sum / before.weight <= last.sum / last.weight) break;
      pools.splice(-2, 2, {
        sum: last.sum + before.sum,
        weight: last.weight + before.weight,
        count: last.count + before.count,
      });
    }
  }
  return pools.flatMap(({ sum, weight, count }) => Array.from({ length: count }, () => sum / weight));
}

function lineOf(one: Float32Array, two: Float32Array): { gain: number; offset: number } {
  let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
  for (let at = 0; at < one.length; at++) {
    const x = one[at] as number;
    const y = two[at] as number;
    n += 1;
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  const variance = n * sxx - sx * sx;
  const gain = variance > 1e-6 ? (n * sxy - sx * sy) / variance : 1;
  return { gain, offset: (sy - gain * sx) / Math.max(1, n) };
}

const GRID = 8;

function colourDifference(one: Samples, two: Samples): ColourDifference {
  const [first, second] = [cellColours(one), cellColours(two)];
  const factor = bestFactor(first.y, second.y);
  const scaled = {
    y: first.y.map((y) => Math.min(255, y * factor)),
    cb: first.cb.map((cb) => cb * factor),
    cr: first.cr.map((cr) => cr * factor),
  };
  const [cb, cr] = [affine(first.cb, first.cr, second.cb), affine(first.cb, first.cr, second.cr)];
  const none = new Float64Array(GRID * GRID);
  const toned = {
    y: none,
    cb: first.cb.map((b, at) => cb(b, first.cr[at] as number)),
    cr: first.cr.map((r, at) => cr(first.cb[at] as number, r)),
  };
  const [grey, coloured] = meanColour(one) < meanColour(two) ? [first, second] : [second, first];
  return {
    first: meanColour(one),
    second: meanColour(two),
    plain: distances(first, second),
    scaled: distances(scaled, second),
    toned: distances(toned, { ...second, y: none }),
    greyed: closer(greyDistances(grey.y, coloured.y), greyDistances(grey.y, relativeLuminance(coloured))),
  };
}

/** Means of a grid of cells. */
interface CellColours {
  readonly y: Float64Array;
  readonly cb: Float64Array;
  readonly cr: Float64Array;
}

const cellColours = ({ y, cb, cr, columns, rows }: Samples): CellColours => ({
  y: grid(y, columns, rows),
  cb: grid(cb, columns, rows),
  cr: grid(cr, columns, rows),
});

function bestFactor(one: Float64Array, two: Float64Array): number {
  let [xx, xy] = [0, 0];
  for (let at = 0; at < one.length; at++) {
    // What was clipped at white says nothing of the factor.
    if ((two[at] as number) > 250) continue;
    xx += (one[at] as number) ** 2;
    xy += (one[at] as number) * (two[at] as number);
  }
  return xx > 0 ? xy / xx : 1;
}

const greyDistances = (grey: Float64Array, other: Float64Array): Distances => {
  const off = grey.map((value, at) => Math.abs(value - (other[at] as number)));
  return { mean: meanOf(off), max: Math.max(...off) };
};

const closer = (a: Distances, b: Distances) => (a.max < b.max ? a : b);

/** Brightness as programs that compute with light turn a picture grey: Rec. 709 of linear red, green and blue. */
function relativeLuminance({ y, cb, cr }: CellColours): Float64Array {
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

const meanOf = (values: Float32Array | Float64Array) => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
};

const meanColour = ({ cb, cr }: Samples) => {
  let sum = 0;
  // Math.hypot takes many times as long.
  for (let at = 0; at < cb.length; at++) sum += Math.sqrt((cb[at] as number) ** 2 + (cr[at] as number) ** 2);
  return sum / cb.length;
};

function distances(one: CellColours, two: CellColours): Distances {
  let [sum, max] = [0, 0];
  for (let at = 0; at < one.y.length; at++) {
    const distance = Math.hypot(
      (one.y[at] as number) - (two.y[at] as number),
      (one.cb[at] as number) - (two.cb[at] as number),
      (one.cr[at] as number) - (two.cr[at] as number),
    );
    sum += distance;
    max = Math.max(max, distance);
  }
  return { mean: sum / one.y.length, max };
}

function grid(plane: Float32Array, columns: number, rows: number): Float64Array {
  const sums = new Float64Array(GRID * GRID);
  const counts = new Float64Array(GRID * GRID);
  const across = Uint8Array.from({ length: columns }, (_, x) => Math.floor((x * GRID) / columns));
  for (let y = 0, at = 0; y < rows; y++) {
    const first = Math.floor((y * GRID) / rows) * GRID;
    for (let x = 0; x < columns; x++, at++) {
      const cell = first + (across[x] as number);
      sums[cell] = (sums[cell] as number) + (plane[at] as number);
      counts[cell] = (counts[cell] as number) + 1;
    }
  }
  return sums.map((sum, at) => sum / Math.max(1, counts[at] as number));
}

/** Least squares of z by x and y and a constant, slightly damped. */
function affine(xs: Float64Array, ys: Float64Array, zs: Float64Array): (x: number, y: number) => number {
  const n = xs.length;
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / n;
  const [mx, my, mz] = [mean(xs), mean(ys), mean(zs)];
  let [xx, xy, yy, xz, yz] = [n, 0, n, 0, 0];
  for (let at = 0; at < n; at++) {
    const [x, y, z] = [(xs[at] as number) - mx, (ys[at] as number) - my, (zs[at] as number) - mz];
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xz += x * z;
    yz += y * z;
  }
  const determinant = xx * yy - xy * xy;
  const [a, b] =
    determinant > 1e-6 ? [(xz * yy - yz * xy) / determinant, (yz * xx - xz * xy) / determinant] : [0, 0];
  return (x, y) => mz + a * (x - mx) + b * (y - my);
}

/** Variance from which a block shows something. */
const SHOWN = 40;
/** Likeness of two blocks (their correlation, less where contrasts differ) from which they show the same. */
const ALIKE = 0.6;
/** Levels by which a block may be brighter than expected and still be the same. */
const BRIGHTER = 8;
/** Mean square difference below which blocks do not count as different: grain, traces of compression. */
const NEGLIGIBLE = 100;

function structureDifference(
  expected: Float32Array,
  found: Float32Array,
  columns: number,
  rows: number,
): StructureDifference {
  const size = Math.min(BLOCK, columns, rows);
  const [across, down] = [Math.floor((columns - size) / STEP) + 1, Math.floor((rows - size) / STEP) + 1];
  /** Of blocks that differ: the structure that only the second, and only the first has. */
  const [ofSecond, ofFirst] = [new Float64Array(across * down), new Float64Array(across * down)];
  /** Of the same blocks: the structure that both have. */
  const ofBoth = new Float64Array(across * down);
  let [shown, differing, contrast, agreeing, peak] = [0, 0, 0, 0, 0];
  for (let block = 0; block < across * down; block++) {
    const left = (block % across) * STEP;
    const top = Math.floor(block / across) * STEP;
    let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
    for (let y = top; y < top + size; y++) {
      for (let x = left, at = y * columns + left; x < left + size; x++, at++) {
        const a = expected[at] as number;
        const b = found[at] as number;
        sa += a;
        sb += b;
        saa += a * a;
        sbb += b * b;
        sab += a * b;
      }
    }
    const n = size * size;
    const [ma, mb] = [sa / n, sb / n];
    const [va, vb, common] = [
      Math.max(0, saa / n - ma * ma),
      Math.max(0, sbb / n - mb * mb),
      sab / n - ma * mb,
    ];
    const shift = Math.max(0, Math.abs(ma - mb) - BRIGHTER);
    const most = Math.max(va, vb);
    if (most > SHOWN) {
      shown += 1;
      contrast += Math.sqrt(most);
    }
    if ((2 * common + SHOWN) / (va + vb + SHOWN) > ALIKE && shift === 0) {
      if (most > SHOWN) agreeing += Math.sqrt(most);
      continue;
    }
    const difference = Math.max(0, va + vb - 2 * common) + shift * shift;
    if (difference < NEGLIGIBLE) continue;
    differing += 1;
    peak = Math.max(peak, Math.sqrt(difference));
    ofSecond[block] = Math.max(0, vb - common) + 1e-6;
    ofFirst[block] = Math.max(0, va - common) + 1e-6;
    ofBoth[block] = Math.max(0, common);
  }
  const blocks = across * down;
  return {
    shown: shown / blocks,
    agreeing: contrast > 0 ? agreeing / contrast : 1,
    differing: differing / blocks,
    peak,
    ...addedShares({ ofFirst, ofSecond, ofBoth }, across),
  };
}

/** A place counts if it holds this share of all differing structure. */
const NOTABLE = 0.1;

interface BlockStructure {
  readonly ofFirst: Float64Array;
  readonly ofSecond: Float64Array;
  readonly ofBoth: Float64Array;
}

function addedShares(blocks: BlockStructure, across: number) {
  const places = placesOf(blocks, across);
  const total = places.reduce((sum, { first, second }) => sum + first + second, 0);
  if (total === 0) return { added: 0.5, addedLeast: 0.5, addedMost: 0.5, keptOfFirst: 1, keptOfSecond: 1 };
  const notable = places.filter(({ first, second }) => first + second >= NOTABLE * total);
  const shares = notable.map(({ first, second }) => second / (first + second));
  const added = places.reduce((sum, { second }) => sum + second, 0) / total;
  return {
    added,
    addedLeast: Math.min(added, ...shares),
    addedMost: Math.max(added, ...shares),
    keptOfFirst: Math.min(
      ...(notable.length > 0 ? notable : places).map(({ first, both }) => both / (both + first)),
    ),
    keptOfSecond: Math.min(
      ...(notable.length > 0 ? notable : places).map(({ second, both }) => both / (both + second)),
    ),
  };
}

/** Sums over differing blocks that touch each other. */
function placesOf({ ofFirst, ofSecond, ofBoth }: BlockStructure, across: number) {
  const seen = new Uint8Array(ofFirst.length);
  const places: { first: number; second: number; both: number }[] = [];
  for (let start = 0; start < ofFirst.length; start++) {
    if (seen[start] || ofFirst[start] === 0) continue;
    const place = { first: 0, second: 0, both: 0 };
    const waiting = [start];
    seen[start] = 1;
    for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
      place.first += ofFirst[block] as number;
      place.second += ofSecond[block] as number;
      place.both += ofBoth[block] as number;
      const x = block % across;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const next = block + dy * across + dx;
          if (x + dx < 0 || x + dx >= across || next < 0 || next >= ofFirst.length) continue;
          if (seen[next] || ofFirst[next] === 0) continue;
          seen[next] = 1;
          waiting.push(next);
        }
      }
    }
    places.push(place);
  }
  return places;
}

function richness(one: Float32Array, two: Float32Array): Richness {
  const each = [one, two].map((values) => {
    const counts = new Float64Array(256);
    for (const value of values) {
      const level = Math.min(255, Math.max(0, Math.round(value)));
      counts[level] = (counts[level] as number) + 1;
    }
    let [entropy, ground] = [0, 0];
    for (let level = 0; level < 256; level += 4) {
      const share =
        [0, 1, 2, 3].reduce((sum, more) => sum + (counts[level + more] as number), 0) / values.length;
      if (share > 0) entropy -= share * Math.log2(share);
    }
    for (let level = 0; level < 256; level++) {
      let near = 0;
      for (let more = -6; more <= 6; more++) near += counts[level + more] ?? 0;
      ground = Math.max(ground, near / values.length);
    }
    return { entropy, ground };
  });
  return {
    ground: Math.max(...each.map(({ ground }) => ground)),
    entropy: Math.min(...each.map(({ entropy }) => entropy)),
  };
}
