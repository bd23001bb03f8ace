import type { Window } from "../summed-area-table.ts";
import { gridFor, type Sampled } from "./sampled-picture.ts";

/** A window of each of two pictures that shows the same. */
export interface WindowPair {
  readonly first: Window;
  readonly second: Window;
}

export interface Fitted extends WindowPair {
  /** Correlation of brightness in the two windows, -1..1. */
  readonly correlation: number;
}

/** How finely, and how often at most, windows are moved. */
export interface Level {
  readonly side: number;
  readonly iterations: number;
}

/** Iterations end when no edge moves by this many cells. */
const STILL = 0.03;

/** Moves and scales the first's window until the two correlate best: Gauss-Newton on brightness. */
export function refine(
  first: Sampled,
  second: Sampled,
  windows: WindowPair,
  { side, iterations }: Level,
): Fitted {
  let best = sampledAt(first, second, windows, side);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const step = stepFrom(first, best);
    const next = step && sampledAt(first, second, step.windows, side, best);
    // Steps may first lead down where much is covered.
    if (!next || next.fitted.correlation < best.fitted.correlation - 0.02) break;
    const isStill = step.moved < STILL;
    if (next.fitted.correlation > best.fitted.correlation || !isStill) best = next;
    if (isStill) break;
  }
  return best.fitted;
}

/** How well the windows fit as they are, by cells of which the longer side has so many. */
export const fitted = (first: Sampled, second: Sampled, windows: WindowPair, side: number): Fitted =>
  sampledAt(first, second, windows, side).fitted;

/** Windows with what both pictures show in them. */
interface SampledWindows {
  readonly fitted: Fitted;
  readonly columns: number;
  readonly rows: number;
  readonly one: Float32Array;
  readonly two: Float32Array;
}

/** @param before of which the second's samples are taken over where its window is the same */
function sampledAt(
  first: Sampled,
  second: Sampled,
  windows: WindowPair,
  side: number,
  before?: SampledWindows,
): SampledWindows {
  const [columns, rows] = gridFor(windows.second, side, windows.first);
  const one = first.grey(windows.first, columns, rows);
  const isUnmoved =
    before?.fitted.second === windows.second && before.columns === columns && before.rows === rows;
  const two = isUnmoved ? before.two : second.grey(windows.second, columns, rows);
  return { fitted: { ...windows, correlation: correlationOf(one, two) }, columns, rows, one, two };
}

function correlationOf(one: Float32Array, two: Float32Array): number {
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let syy = 0;
  let sxy = 0;
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
  const vx = sxx - (sx * sx) / n;
  const vy = syy - (sy * sy) / n;
  return vx > 1e-3 && vy > 1e-3 ? (sxy - (sx * sy) / n) / Math.sqrt(vx * vy) : 0;
}

function stepFrom(
  first: Sampled,
  sampled: SampledWindows,
): { windows: WindowPair; moved: number } | undefined {
  const { fitted, columns, rows } = sampled;
  const solved = solve4(normalEquations(sampled));
  if (!solved) return undefined;
  // In cells of the grid: how far the left edge moves, and how much the width grows; the same for top and height.
  const [left, wider, top, taller] = solved;
  const moved = Math.max(Math.abs(left), Math.abs(left + wider), Math.abs(top), Math.abs(top + taller));
  if (!(moved < Math.max(columns, rows) / 4)) return undefined;
  const [pitchX, pitchY] = [fitted.first.width / columns, fitted.first.height / rows];
  const window = {
    left: fitted.first.left + left * pitchX,
    top: fitted.first.top + top * pitchY,
    width: fitted.first.width + wider * pitchX,
    height: fitted.first.height + taller * pitchY,
  };
  const windows = insideBoth(window, fitted.second, first);
  return windows && { windows, moved };
}

/**
 * Four equations of a Gauss-Newton step, their right sides last. An innermost loop of every comparison: sums are locals,
 * and nothing is destructured here, since V8 would leave the optimised code at the end of each loop.
 */
function normalEquations({ columns, rows, one, two }: SampledWindows): number[][] {
  const { gain, offset, spread } = robustLine(one, two);
  let m00 = 0;
  let m01 = 0;
  let m02 = 0;
  let m03 = 0;
  let m11 = 0;
  let m12 = 0;
  let m13 = 0;
  let m22 = 0;
  let m23 = 0;
  let m33 = 0;
  let r0 = 0;
  let r1 = 0;
  let r2 = 0;
  let r3 = 0;
  const perCut = 1 / Math.max(12, 2.5 * spread);
  const half = gain / 2;
  for (let y = 1; y < rows - 1; y++) {
    const v = (y + 0.5) / rows;
    for (let x = 1, at = y * columns + 1; x < columns - 1; x++, at++) {
      const residual = (two[at] as number) - gain * (one[at] as number) - offset;
      // Tukey's biweight.
      const share = residual * perCut;
      const inside = 1 - share * share;
      if (inside <= 0) continue;
      const weight = inside * inside;
      const u = (x + 0.5) / columns;
      const across = half * ((one[at + 1] as number) - (one[at - 1] as number));
      const down = half * ((one[at + columns] as number) - (one[at - columns] as number));
      const acrossU = across * u;
      const downV = down * v;
      const wa = weight * across;
      const wu = weight * acrossU;
      const wd = weight * down;
      const wv = weight * downV;
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
  return [
    [m00, m01, m02, m03, r0],
    [m01, m11, m12, m13, r1],
    [m02, m12, m22, m23, r2],
    [m03, m13, m23, m33, r3],
  ];
}

/** What of the window lies inside the first picture, and the part of the second's window that this shows. */
function insideBoth(window: Window, other: Window, { width, height }: Sampled): WindowPair | undefined {
  const left = Math.max(0, window.left);
  const top = Math.max(0, window.top);
  const right = Math.min(width, window.left + window.width);
  const bottom = Math.min(height, window.top + window.height);
  if (right - left < 8 || bottom - top < 8) return undefined;
  const isInside =
    left === window.left &&
    top === window.top &&
    right === window.left + window.width &&
    bottom === window.top + window.height;
  if (isInside) return { first: window, second: other };
  const scaleX = other.width / window.width;
  const scaleY = other.height / window.height;
  return {
    first: { left, top, width: right - left, height: bottom - top },
    second: {
      left: other.left + (left - window.left) * scaleX,
      top: other.top + (top - window.top) * scaleY,
      width: (right - left) * scaleX,
      height: (bottom - top) * scaleY,
    },
  };
}

/** The line that takes brightness of the one to the other, and the spread around it, twice without what is far off. */
function robustLine(one: Float32Array, two: Float32Array): { gain: number; offset: number; spread: number } {
  let gain = 1;
  let offset = 0;
  let spread = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 2; round++) {
    const cut = round === 0 ? Number.POSITIVE_INFINITY : 2 * spread + 4;
    let n = 0;
    let sx = 0;
    let sy = 0;
    let sxx = 0;
    let sxy = 0;
    for (let at = 0; at < one.length; at++) {
      const x = one[at] as number;
      const y = two[at] as number;
      const residual = y - gain * x - offset;
      if (residual > cut || residual < -cut) continue;
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
    let kept = 0;
    let squares = 0;
    for (let at = 0; at < one.length; at++) {
      const residual = (two[at] as number) - gain * (one[at] as number) - offset;
      if (residual > cut || residual < -cut) continue;
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
