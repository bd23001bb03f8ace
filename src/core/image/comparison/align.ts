import { contentWindow } from "../content-window.ts";
import { SYMMETRIES, type Transform } from "../hash-bits.ts";
import type { RawPicture } from "../raw-picture.ts";
import type { Window } from "../summed-area-table.ts";
import { SampledPicture } from "./sampled-picture.ts";

/** A window of each of two pictures that shows the same. */
export interface WindowPair {
  readonly first: Window;
  readonly second: Window;
}

/** How the second picture lies on the first, after the second was transformed. */
export interface Alignment {
  readonly transform: Transform;
  readonly first: SampledPicture;
  /** The second picture after the transform. */
  readonly second: SampledPicture;
  /** What was found to match, such as what a frame encloses. */
  readonly matched: WindowPair;
  /** What both show when they lie like this: at least what matched. */
  readonly overlap: WindowPair;
  /** Correlation of brightness in the two windows, -1..1. */
  readonly correlation: number;
}

/** A picture prepared for aligning it with several others. */
export interface AlignablePicture {
  readonly sampled: SampledPicture;
  readonly windows: readonly Described[];
  /** The picture after each transform that was needed so far. */
  readonly transformed: Map<Transform, SampledPicture>;
}

interface Described {
  readonly window: Window;
  /** Whole or content: what may lie inside a window of another picture. */
  readonly isFull: boolean;
  /** 16 x 16 cells, mean 0, length 1. */
  readonly cells: Float32Array;
}

const COARSE = 16;
/** Shares cut off: left, top, right, bottom. */
const CROPS: readonly (readonly [number, number, number, number])[] = [
  ...[0.04, 0.08, 0.12, 0.16, 0.2, 0.25].map((share) => [share, share, share, share] as const),
  ...[0.1, 0.2].flatMap((share) => [
    [share, 0, 0, 0] as const,
    [0, share, 0, 0] as const,
    [0, 0, share, 0] as const,
    [0, 0, 0, share] as const,
    [share, share, 0, 0] as const,
    [0, share, share, 0] as const,
    [share, 0, 0, share] as const,
    [0, 0, share, share] as const,
  ]),
];
/** Ways to lay one on the other that are tried: upright ones, and the likeliest of all. */
const UPRIGHT = 3;
const LIKELIEST = 5;

export function alignable(picture: RawPicture): AlignablePicture {
  const sampled = new SampledPicture(picture);
  const content = contentWindow(picture);
  const isFramed = content.width < picture.width || content.height < picture.height;
  const full = isFramed ? [sampled.whole, content] : [sampled.whole];
  const windows = [
    ...full.map((window) => described(sampled, window, true)),
    ...full.flatMap((outer) => CROPS.map((crop) => described(sampled, cropped(outer, crop), false))),
  ];
  return { sampled, windows, transformed: new Map([["none", sampled]]) };
}

function cropped(
  outer: Window,
  [left, top, right, bottom]: readonly [number, number, number, number],
): Window {
  return {
    left: outer.left + outer.width * left,
    top: outer.top + outer.height * top,
    width: outer.width * (1 - left - right),
    height: outer.height * (1 - top - bottom),
  };
}

function described(sampled: SampledPicture, window: Window, isFull: boolean): Described {
  return { window, isFull, cells: normalized(sampled.grey(window, COARSE, COARSE)) };
}

interface Guess {
  readonly transform: Transform;
  readonly first: Window;
  /** In the second picture after the transform. */
  readonly second: Window;
  readonly correlation: number;
}

/**
 * The best way to lay the second picture on the first; undefined when nothing fits at all.
 * @param known how smaller versions of the two lie
 */
export function align(
  first: AlignablePicture,
  second: AlignablePicture,
  known?: Alignment,
): Alignment | undefined {
  const best = known ? enlarged(known, first.sampled, second) : bestGuess(first, second);
  if (!best) return undefined;
  const turned = transformed(second, best.transform);
  const levels = known ? FINE : [LAST];
  const found = levels.reduce((guess, level) => refine(first.sampled, turned, guess, level), best);
  return {
    transform: found.transform,
    first: first.sampled,
    second: turned,
    matched: { first: found.first, second: found.second },
    overlap: overlapOf(first.sampled, turned, found),
    correlation: found.correlation,
  };
}

/** All that both pictures show when they lie as found, beyond the windows that matched. */
function overlapOf(first: SampledPicture, second: SampledPicture, found: Guess): WindowPair {
  const [left, right] = commonSpan(
    found.first.left,
    found.first.width,
    first.width,
    found.second.left,
    found.second.width,
    second.width,
  );
  const [top, bottom] = commonSpan(
    found.first.top,
    found.first.height,
    first.height,
    found.second.top,
    found.second.height,
    second.height,
  );
  return {
    first: { left: left.from, top: top.from, width: right.from - left.from, height: bottom.from - top.from },
    second: { left: left.to, top: top.to, width: right.to - left.to, height: bottom.to - top.to },
  };
}

/** Both ends, in either picture, of what both have along one axis. */
function commonSpan(
  from: number,
  length: number,
  limit: number,
  to: number,
  toLength: number,
  toLimit: number,
) {
  const scale = toLength / length;
  const start = Math.max(0, from - to / scale);
  const end = Math.min(limit, from + (toLimit - to) / scale);
  return [start, end].map((at) => ({ from: at, to: to + (at - from) * scale })) as [
    { from: number; to: number },
    { from: number; to: number },
  ];
}

/** Below, they show different things: copies under letters and shapes still reach 0.7. */
const MIN_CORRELATION = 0.5;

function bestGuess(first: AlignablePicture, second: AlignablePicture): Guess | undefined {
  const rough = bestGuesses(first, second).map((guess) => refined(first, second, guess, ROUGH));
  const likely = byCorrelation(rough).slice(0, KEPT);
  const [best] = byCorrelation(likely.map((guess) => refined(first, second, guess, MIDDLE)));
  return best && best.correlation >= MIN_CORRELATION ? best : undefined;
}

const refined = (first: AlignablePicture, second: AlignablePicture, guess: Guess, level: Level): Guess =>
  refine(first.sampled, transformed(second, guess.transform), guess, level);

const byCorrelation = (guesses: readonly Guess[]) =>
  [...guesses].sort((a, b) => b.correlation - a.correlation);

/** How finely, and how often at most, a guess is made better. */
interface Level {
  readonly side: number;
  readonly iterations: number;
}

const ROUGH: Level = { side: 32, iterations: 4 };
const MIDDLE: Level = { side: 64, iterations: 5 };
const LAST: Level = { side: 144, iterations: 4 };
const FINE: readonly Level[] = [
  { side: 160, iterations: 4 },
  { side: 400, iterations: 4 },
];
/** Of the guesses tried roughly, those that are tried further. */
const KEPT = 2;

/** A known alignment in the pixels of larger versions. */
function enlarged(known: Alignment, first: SampledPicture, second: AlignablePicture): Guess {
  const scaled = ({ left, top, width, height }: Window, from: number, to: number): Window => {
    const scale = to / from;
    return { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
  };
  const turned = transformed(second, known.transform);
  return {
    transform: known.transform,
    first: scaled(known.matched.first, known.first.width, first.width),
    second: scaled(known.matched.second, known.second.width, turned.width),
    correlation: known.correlation,
  };
}

/** The wholes, the best that are upright, and the likeliest of all others; without what is nearly one of these. */
function bestGuesses(first: AlignablePicture, second: AlignablePicture): Guess[] {
  const guesses: Guess[] = [];
  for (const symmetry of SYMMETRIES) {
    const { transform } = symmetry;
    const others = second.windows.map((window) => laidOver(window, symmetry, second.sampled));
    for (const one of first.windows) {
      for (const two of others) {
        if (!one.isFull && !two.isFull) continue;
        const correlation = dot(one.cells, two.cells);
        guesses.push({ transform, first: one.window, second: two.window, correlation });
      }
    }
  }
  const [wholes] = guesses;
  const sorted = byCorrelation(guesses.slice(1));
  const upright = sorted.filter(({ transform }) => transform === "none").slice(0, UPRIGHT);
  const likeliest = sorted.filter((guess) => !upright.includes(guess)).slice(0, LIKELIEST);
  return wholes ? [wholes, ...upright, ...likeliest] : [];
}

type Symmetry = (typeof SYMMETRIES)[number];

/** For each symmetry, the cell that comes to each place. */
const MOVED_CELLS = new Map(
  SYMMETRIES.map((symmetry) => [
    symmetry.transform,
    Uint16Array.from({ length: COARSE * COARSE }, (_, at) =>
      placeBefore(symmetry, at % COARSE, Math.floor(at / COARSE), COARSE, COARSE, COARSE),
    ),
  ]),
);

/** Index of the cell, in rows of `stride`, that a symmetry brings to (x, y) of a result of this size. */
function placeBefore(
  { swapsAxes, negatesAcross, negatesDown }: Symmetry,
  x: number,
  y: number,
  columns: number,
  rows: number,
  stride: number,
): number {
  const across = negatesAcross ? columns - 1 - x : x;
  const down = negatesDown ? rows - 1 - y : y;
  return swapsAxes ? across * stride + down : down * stride + across;
}

/** A window as it lies after the symmetry. */
function laidOver({ window, isFull, cells }: Described, symmetry: Symmetry, of: SampledPicture): Described {
  if (symmetry.transform === "none") return { window, isFull, cells };
  const moved = MOVED_CELLS.get(symmetry.transform);
  const { swapsAxes, negatesAcross, negatesDown } = symmetry;
  const [width, height] = swapsAxes ? [window.height, window.width] : [window.width, window.height];
  const [left, top] = swapsAxes ? [window.top, window.left] : [window.left, window.top];
  const [wide, high] = swapsAxes ? [of.height, of.width] : [of.width, of.height];
  return {
    window: {
      left: negatesAcross ? wide - left - width : left,
      top: negatesDown ? high - top - height : top,
      width,
      height,
    },
    isFull,
    cells: moved ? rearranged(cells, moved) : cells,
  };
}

function rearranged(cells: Float32Array, places: Uint16Array): Float32Array {
  const result = new Float32Array(cells.length);
  for (let at = 0; at < cells.length; at++) result[at] = cells[places[at] as number] as number;
  return result;
}

function transformed(picture: AlignablePicture, transform: Transform): SampledPicture {
  const known = picture.transformed.get(transform);
  if (known) return known;
  const made = new SampledPicture(applied(picture.sampled.picture, transform));
  picture.transformed.set(transform, made);
  return made;
}

/** The picture after one of `SYMMETRIES`. */
function applied({ data, width, height }: RawPicture, transform: Transform): RawPicture {
  const symmetry = SYMMETRIES.find((each) => each.transform === transform);
  if (!symmetry) return { data, width, height };
  const [columns, rows] = symmetry.swapsAxes ? [height, width] : [width, height];
  const result = new Uint8Array(data.length);
  for (let y = 0, at = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, at += 3) {
      const from = 3 * placeBefore(symmetry, x, y, columns, rows, width);
      result[at] = data[from] as number;
      result[at + 1] = data[from + 1] as number;
      result[at + 2] = data[from + 2] as number;
    }
  }
  return { data: result, width: columns, height: rows };
}

/** Iterations end when no edge moves by this many cells. */
const STILL = 0.03;

/** Moves and scales the first's window until the two correlate best: Gauss-Newton on brightness. */
function refine(
  first: SampledPicture,
  second: SampledPicture,
  guess: Guess,
  { side, iterations }: Level,
): Guess {
  let best = sampledAt(first, second, guess, side);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const step = stepFrom(first, best);
    const next = step && sampledAt(first, second, step.guess, side);
    // Steps may first lead down where much is covered.
    if (!next || next.guess.correlation < best.guess.correlation - 0.02) break;
    const isStill = step.moved < STILL;
    if (next.guess.correlation > best.guess.correlation || !isStill) best = next;
    if (isStill) break;
  }
  return best.guess;
}

/** A guess with what both pictures show in it. */
interface SampledGuess {
  readonly guess: Guess;
  readonly columns: number;
  readonly rows: number;
  readonly one: Float32Array;
  readonly two: Float32Array;
}

function sampledAt(first: SampledPicture, second: SampledPicture, guess: Guess, side: number): SampledGuess {
  const [columns, rows] = gridFor(guess.second, side, guess.first);
  const one = first.grey(guess.first, columns, rows);
  const two = second.grey(guess.second, columns, rows);
  return { guess: { ...guess, correlation: correlationOf(one, two) }, columns, rows, one, two };
}

function correlationOf(one: Float32Array, two: Float32Array): number {
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  const n = one.length;
  for (let at = 0; at < n; at++) {
    const x = one[at] as number;
    const y = two[at] as number;
    sx += x;
    sy += y;
    sxx += x * x;
    syy += y * y;
    sxy += x * y;
  }
  const [vx, vy] = [sxx - (sx * sx) / n, syy - (sy * sy) / n];
  return vx > 1e-3 && vy > 1e-3 ? (sxy - (sx * sy) / n) / Math.sqrt(vx * vy) : 0;
}

/** Columns and rows of about square cells, no finer than the pixels of either window. */
export function gridFor({ width, height }: Window, side: number, other: Window): [number, number] {
  const scale = Math.min(1, side / Math.max(width, height), other.width / width, other.height / height);
  return [Math.max(8, Math.round(width * scale)), Math.max(8, Math.round(height * scale))];
}

function stepFrom(
  first: SampledPicture,
  { guess, columns, rows, one, two }: SampledGuess,
): { guess: Guess; moved: number } | undefined {
  const { gain, offset, spread } = robustLine(one, two);
  // The normal equations, added up in locals: this is the innermost loop of every comparison.
  let [m00, m01, m02, m03, m11, m12, m13, m22, m23, m33] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  let [r0, r1, r2, r3] = [0, 0, 0, 0];
  const cut = Math.max(12, 2.5 * spread);
  for (let y = 1; y < rows - 1; y++) {
    const v = (y + 0.5) / rows;
    for (let x = 1; x < columns - 1; x++) {
      const at = y * columns + x;
      const residual = (two[at] as number) - gain * (one[at] as number) - offset;
      const weight = weightOf(residual, cut);
      if (weight === 0) continue;
      const u = (x + 0.5) / columns;
      const across = (gain * ((one[at + 1] as number) - (one[at - 1] as number))) / 2;
      const down = (gain * ((one[at + columns] as number) - (one[at - columns] as number))) / 2;
      const [acrossU, downV] = [across * u, down * v];
      const [wa, wu, wd, wv] = [weight * across, weight * acrossU, weight * down, weight * downV];
      m00 += wa * across;
      m01 += wa * acrossU;
      m02 += wa * down;
      m03 += wa * downV;
      m11 += wu * acrossU;
      m12 += wu * down;
      m13 += wu * downV;
      m22 += wd * down;
      m23 += wd * downV;
      m33 += wv * downV;
      r0 += wa * residual;
      r1 += wu * residual;
      r2 += wd * residual;
      r3 += wv * residual;
    }
  }
  const solved = solve4([
    [m00, m01, m02, m03, r0],
    [m01, m11, m12, m13, r1],
    [m02, m12, m22, m23, r2],
    [m03, m13, m23, m33, r3],
  ]);
  if (!solved) return undefined;
  // In cells of the grid: how far the left edge moves, and how much the width grows; the same for top and height.
  const [left, wider, top, taller] = solved;
  const moved = Math.max(...[left, left + wider, top, top + taller].map(Math.abs));
  if (!(moved < Math.max(columns, rows) / 4)) return undefined;
  const [pitchX, pitchY] = [guess.first.width / columns, guess.first.height / rows];
  const window = {
    left: guess.first.left + left * pitchX,
    top: guess.first.top + top * pitchY,
    width: guess.first.width + wider * pitchX,
    height: guess.first.height + taller * pitchY,
  };
  const inside = insideBoth(window, guess.second, first);
  return inside && { guess: { ...guess, first: inside[0], second: inside[1] }, moved };
}

/** Tukey's biweight. */
function weightOf(residual: number, cut: number): number {
  const share = residual / cut;
  return Math.abs(share) >= 1 ? 0 : (1 - share * share) ** 2;
}

/** What of the window lies inside the first picture, and the part of the second's window that this shows. */
function insideBoth(
  window: Window,
  other: Window,
  { width, height }: SampledPicture,
): [Window, Window] | undefined {
  const left = Math.max(0, window.left);
  const top = Math.max(0, window.top);
  const right = Math.min(width, window.left + window.width);
  const bottom = Math.min(height, window.top + window.height);
  if (right - left < 8 || bottom - top < 8) return undefined;
  const [scaleX, scaleY] = [other.width / window.width, other.height / window.height];
  return [
    { left, top, width: right - left, height: bottom - top },
    {
      left: other.left + (left - window.left) * scaleX,
      top: other.top + (top - window.top) * scaleY,
      width: (right - left) * scaleX,
      height: (bottom - top) * scaleY,
    },
  ];
}

/** The line that takes brightness of the one to the other, and the spread around it, twice without what is far off. */
function robustLine(one: Float32Array, two: Float32Array): { gain: number; offset: number; spread: number } {
  let [gain, offset, spread] = [1, 0, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 2; round++) {
    const cut = round === 0 ? Number.POSITIVE_INFINITY : 2 * spread + 4;
    let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
    for (let at = 0; at < one.length; at++) {
      const x = one[at] as number;
      const y = two[at] as number;
      if (Math.abs(y - gain * x - offset) > cut) continue;
      n += 1;
      sx += x;
      sy += y;
      sxx += x * x;
      sxy += x * y;
    }
    const variance = n * sxx - sx * sx;
    if (n < 16 || variance <= 1e-6) break;
    gain = Math.max(0.25, Math.min(4, (n * sxy - sx * sy) / variance));
    offset = (sy - gain * sx) / n;
    let [kept, squares] = [0, 0];
    for (let at = 0; at < one.length; at++) {
      const residual = (two[at] as number) - gain * (one[at] as number) - offset;
      if (Math.abs(residual) > cut) continue;
      kept += 1;
      squares += residual * residual;
    }
    spread = Math.sqrt(squares / Math.max(1, kept));
  }
  return { gain, offset, spread };
}

/** Gaussian elimination of four equations, their right sides last, slightly damped. */
function solve4(rows: readonly number[][]): [number, number, number, number] | undefined {
  for (const [i, pivot] of rows.entries()) {
    pivot[i] = 1.001 * (pivot[i] as number);
    if (!(Math.abs(pivot[i] as number) > 1e-6)) return undefined;
    for (const row of rows.slice(i + 1)) {
      const factor = (row[i] as number) / (pivot[i] as number);
      for (let k = i; k < 5; k++) row[k] = (row[k] as number) - factor * (pivot[k] as number);
    }
  }
  const solution: [number, number, number, number] = [0, 0, 0, 0];
  for (let i = 3; i >= 0; i--) {
    const row = rows[i] as number[];
    let right = row[4] as number;
    for (let k = i + 1; k < 4; k++) right -= (row[k] as number) * (solution[k] as number);
    solution[i] = right / (row[i] as number);
  }
  return solution;
}

function normalized(cells: Float32Array): Float32Array {
  const mean = cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
  const length = Math.sqrt(cells.reduce((sum, cell) => sum + (cell - mean) ** 2, 0));
  return cells.map((cell) => (length > 1e-3 ? (cell - mean) / length : 0));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
