import { entropyOf } from "../entropy.ts";
import type { Window } from "../summed-area-table.ts";
import { brightened, type ColourDifference, colourDifference } from "./colour-difference.ts";
import type { WindowPair } from "./refine-alignment.ts";
import { gridFor, type Sampled } from "./sampled-picture.ts";
import { hasStrayColours } from "./stray-colours.ts";
import { type GreyPair, type StructureDifference, structureDifference } from "./structure-difference.ts";

/** How two pictures differ in the windows that should show the same. Brightness in levels, 0..255. */
export interface Difference extends FineDifference {
  /** Shares of each picture's area that lie in the windows. */
  readonly coveredFirst: number;
  readonly coveredSecond: number;
  /** Mean brightness of the second less that of the first. */
  readonly brightening: number;
  readonly colour: ColourDifference;
}

/** What more samples of the same windows tell. */
export interface FineDifference {
  readonly structure: StructureDifference;
  readonly richness: Richness;
}

/** What a closer look tells: originals, or all that there is. */
export interface CloseDifference extends FineDifference {
  /** Whether a place is in another colour, as bright as the other's. */
  readonly hasStrayColours: boolean;
  /** Pixels of the original along each sample, of the picture that has fewer; from 1 up. */
  readonly reduction: number;
}

/** Of the poorer of the two. */
export interface Richness {
  /** Largest share of pixels within 6 levels of one brightness: that of paper, of a wall of one colour. */
  readonly ground: number;
  /** Entropy of brightness in steps of four levels, 0..6 bits. */
  readonly entropy: number;
}

/** Share of a picture from which a window counts as all of it. */
export const COINCIDING = 0.96;

/** Each shows as good as all of the other. */
export const isInPlace = ({ coveredFirst, coveredSecond }: Difference): boolean =>
  Math.min(coveredFirst, coveredSecond) >= COINCIDING;

/** Measures at the finer scale that both have, at most `side` samples on the longer side. */
export function measureDifference(
  first: Sampled,
  second: Sampled,
  windows: WindowPair,
  side: number,
): Difference {
  const coveredFirst = shareOf(windows.first, first);
  const coveredSecond = shareOf(windows.second, second);
  const { inner, grey } = sampleGrey(first, second, windows, side);
  const brightening = meanOf(grey.two) - meanOf(grey.one);
  const colour = colourDifference(first, second, inner);
  const { structure, richness } = fineDifference(grey);
  const finer = lostHighlights(first, second, inner, {
    brightening,
    colour,
    grey,
    found: { structure, richness },
  });
  return { coveredFirst, coveredSecond, brightening, colour, structure: finer, richness };
}

/** What was measured before, and how closely to look now. */
export interface Closeness {
  /** Samples on the longer side. */
  readonly side: number;
  readonly coarse: Difference;
  /** Pixels of each original along a pixel of these pictures. */
  readonly scales: readonly [number, number];
}

/** Cells of the coarse grid by which edges inside a picture are uncertain. */
const COARSE_CELLS = 256;

/** What a closer look at the same windows tells, of pictures that differ like this from afar. */
export function measureCloseDifference(
  first: Sampled,
  second: Sampled,
  windows: WindowPair,
  { side, coarse, scales }: Closeness,
): CloseDifference {
  const { inner, grey } = sampleGrey(first, second, windows, side);
  const found = fineDifference(grey);
  const { brightening, colour } = coarse;
  const structure = lostHighlights(first, second, inner, { brightening, colour, grey, found });
  const isChanged = colour.plain.mean > CHANGED.colour || Math.abs(brightening) > CHANGED.brightness;
  const reductions = [inner.first, inner.second].map(
    ({ width }, at) => ((scales[at] ?? 1) * width) / grey.columns,
  );
  return {
    ...found,
    structure,
    hasStrayColours: hasStrayColours([first, second], inner, grey, isChanged),
    reduction: Math.max(1, Math.min(...reductions)),
  };
}

/** Levels in the mean from which all colours were changed, and not only by compression. */
const CHANGED = { colour: 2.5, brightness: 3 };

interface Brightened {
  readonly brightening: number;
  readonly colour: ColourDifference;
  readonly grey: GreyPair;
  readonly found: FineDifference;
}

/** How structure differs when the darker picture loses the highlights that the brighter one lost. */
function lostHighlights(
  first: Sampled,
  second: Sampled,
  inner: WindowPair,
  { brightening, colour: { factor }, grey, found: { structure, richness } }: Brightened,
): StructureDifference {
  if (Math.abs(brightening) < BRIGHTENED || structure.differing === 0) return structure;
  const clipped = clippedAlike(first, second, inner, { ...grey, factor });
  const other = structureDifference(clipped, hasManyTones(richness));
  return other.differing < structure.differing ? other : structure;
}

/** Levels of mean brightness from which highlights may have been lost. */
const BRIGHTENED = 8;

/** Brightness of both pictures, of the darker as if it had been made as bright as the other. */
function clippedAlike(
  first: Sampled,
  second: Sampled,
  inner: WindowPair,
  { one, two, columns, rows, factor }: GreyPair & { readonly factor: number },
): GreyPair {
  if (factor < 1) {
    const { y } = brightened({ y: two, ...second.chroma(inner.second, columns, rows) }, 1 / factor);
    return { one, two: y, columns, rows };
  }
  const { y } = brightened({ y: one, ...first.chroma(inner.first, columns, rows) }, factor);
  return { one: y, two, columns, rows };
}

function sampleGrey(
  first: Sampled,
  second: Sampled,
  windows: WindowPair,
  side: number,
): { inner: WindowPair; grey: GreyPair } {
  const [columns, rows] = gridFor(windows.second, side, windows.first);
  const least = Math.min(shareOf(windows.first, first), shareOf(windows.second, second));
  // Where an edge lies inside a picture it is known to a pixel or two.
  const inset = least < COINCIDING ? 2 * Math.ceil(Math.max(columns, rows) / COARSE_CELLS) : 0;
  const inner = {
    first: insetBy(windows.first, inset, columns, rows),
    second: insetBy(windows.second, inset, columns, rows),
  };
  const size = { columns: columns - 2 * inset, rows: rows - 2 * inset };
  const one = first.grey(inner.first, size.columns, size.rows);
  const two = second.grey(inner.second, size.columns, size.rows);
  return { inner, grey: { one, two, ...size } };
}

function fineDifference(grey: GreyPair): FineDifference {
  const richness = richnessOf(grey);
  return { structure: structureDifference(grey, hasManyTones(richness)), richness };
}

/**
 * As photos have, before a plain ground too: many levels of brightness, no ground of one. Of drawings, pages and screens of
 * the look-alikes in `bench/` none has more than 3.5 bits, gradients aside, which show nothing; few photos have less than 3.9.
 */
export const hasManyTones = ({ entropy, ground }: Richness) => entropy >= 3.8 && ground <= 0.6;

const shareOf = ({ width, height }: Window, of: { readonly width: number; readonly height: number }) =>
  (width * height) / (of.width * of.height);

function insetBy({ left, top, width, height }: Window, cells: number, columns: number, rows: number): Window {
  const across = (cells * width) / columns;
  const down = (cells * height) / rows;
  return { left: left + across, top: top + down, width: width - 2 * across, height: height - 2 * down };
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] as number;
  return sum / Math.max(1, values.length);
}

function richnessOf({ one, two }: GreyPair): Richness {
  const counts = [levelCounts(one), levelCounts(two)];
  return {
    ground: Math.max(...counts.map((each) => groundOf(each) / one.length)),
    entropy: Math.min(...counts.map((each) => entropyOf(inSteps(each), one.length))),
  };
}

function levelCounts(values: Float32Array): Float64Array {
  const counts = new Float64Array(256);
  for (let at = 0; at < values.length; at++) {
    const level = ((values[at] as number) + 0.5) | 0;
    const held = Math.max(0, Math.min(255, level));
    counts[held] = (counts[held] as number) + 1;
  }
  return counts;
}

const STEP = 4;

function inSteps(counts: Float64Array): Float64Array {
  const sums = new Float64Array(256 / STEP);
  for (let level = 0; level < 256; level++) {
    const step = Math.floor(level / STEP);
    sums[step] = (sums[step] as number) + (counts[level] as number);
  }
  return sums;
}

const NEAR = 6;

/** Most samples within a few levels of one. */
function groundOf(counts: Float64Array): number {
  let most = 0;
  for (let level = 0; level < 256; level++) {
    let near = 0;
    const end = Math.min(255, level + NEAR);
    for (let at = Math.max(0, level - NEAR); at <= end; at++) near += counts[at] as number;
    most = Math.max(most, near);
  }
  return most;
}
