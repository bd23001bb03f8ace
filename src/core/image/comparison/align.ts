import { contentWindow } from "../hashing/content-window.ts";
import { SYMMETRIES, type Transform } from "../hashing/hash-bits.ts";
import type { RawPicture } from "../raw-picture.ts";
import type { Window } from "../summed-area-table.ts";
import { type Fitted, fitted, type Level, refine, type WindowPair } from "./refine-alignment.ts";
import {
  type Sampled,
  SampledPicture,
  symmetryOf,
  TransformedPicture,
  transformedCells,
  wholeOf,
  windowAfter,
} from "./sampled-picture.ts";

/** How the second picture lies on the first, after the second was transformed. */
export interface Alignment {
  readonly transform: Transform;
  readonly first: Sampled;
  /** The second picture after the transform. */
  readonly second: Sampled;
  /** What was found to match, such as what a frame encloses. */
  readonly matched: WindowPair;
  /** What both show when they lie like this: at least what matched. */
  readonly overlap: WindowPair;
  /** Correlation of brightness in the two windows, -1..1. */
  readonly correlation: number;
}

/** A picture prepared for aligning it with several others. */
export interface AlignablePicture {
  readonly sampled: Sampled;
  /** What may lie inside a window of another picture: the whole, and what a frame encloses. */
  readonly full: readonly Described[];
  /** What croppings of these would show. */
  readonly croppings: readonly Described[];
}

interface Described {
  readonly window: Window;
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

const ROUGH: Level = { side: 32, iterations: 4 };
const MIDDLE: Level = { side: 64, iterations: 5 };
const LAST: Level = { side: 144, iterations: 4 };
const FINE: readonly Level[] = [
  { side: 160, iterations: 4 },
  { side: 400, iterations: 4 },
];
/** Of the guesses tried roughly, those that are tried further. */
const KEPT = 2;
/** Correlation of 16 x 16 cells below which no two windows show the same, and how much below the best one is not tried. */
const HOPELESS = 0.4;
const WORSE = 0.3;
/** Stripes and plain grounds lie as well on each other when moved: where that is no better, the wholes are compared. */
const NO_BETTER = 0.002;
/** From here on nothing else need be tried. */
const EVIDENT = 0.985;
/** Below, they show different things: copies under letters and shapes still reach 0.7. */
const MIN_CORRELATION = 0.5;

export function alignable(picture: RawPicture): AlignablePicture {
  const sampled = new SampledPicture(picture);
  const content = contentWindow(picture);
  const isFramed = content.width < picture.width || content.height < picture.height;
  const whole = wholeOf(picture);
  const full = isFramed ? [whole, content] : [whole];
  return {
    sampled,
    full: full.map((window) => described(sampled, window)),
    croppings: full.flatMap((outer) => CROPS.map((crop) => described(sampled, cropped(outer, crop)))),
  };
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

function described(sampled: Sampled, window: Window): Described {
  return { window, cells: normalized(sampled.grey(window, COARSE, COARSE)) };
}

interface Guess extends Fitted {
  readonly transform: Transform;
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
  const moved = levels.reduce<Fitted>((guess, level) => refine(first.sampled, turned, guess, level), best);
  const wholes = fitted(first.sampled, turned, wholesOf(first.sampled, turned), LAST.side);
  const found = wholes.correlation >= moved.correlation - NO_BETTER ? wholes : moved;
  return {
    transform: best.transform,
    first: first.sampled,
    second: turned,
    matched: { first: found.first, second: found.second },
    overlap: overlapOf(first.sampled, turned, found),
    correlation: found.correlation,
  };
}

/** The two laid edge on edge. */
export const wholesOf = (first: Sampled, second: Sampled): WindowPair => ({
  first: wholeOf(first),
  second: wholeOf(second),
});

/** Everything that both pictures show under this alignment, beyond the windows that matched. */
function overlapOf(first: Sampled, second: Sampled, found: WindowPair): WindowPair {
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

function bestGuess(first: AlignablePicture, second: AlignablePicture): Guess | undefined {
  const rough: Guess[] = [];
  const all = guesses(first, second);
  const nearest = Math.max(...all.map(({ correlation }) => correlation));
  if (nearest < HOPELESS) return undefined;
  for (const guess of all) {
    if (guess.correlation < nearest - WORSE) continue;
    const better = refined(first, second, guess, ROUGH);
    rough.push(better);
    if (better.correlation >= EVIDENT) break;
  }
  const likely = byCorrelation(rough).slice(0, KEPT);
  const [found] = byCorrelation(likely.map((guess) => refined(first, second, guess, MIDDLE)));
  return found && found.correlation >= MIN_CORRELATION ? found : undefined;
}

const refined = (first: AlignablePicture, second: AlignablePicture, guess: Guess, level: Level): Guess => ({
  ...refine(first.sampled, transformed(second, guess.transform), guess, level),
  transform: guess.transform,
});

const byCorrelation = <Ranked extends { readonly correlation: number }>(guesses: readonly Ranked[]) =>
  [...guesses].sort((a, b) => b.correlation - a.correlation);

/** A known alignment in the pixels of larger versions. */
function enlarged(known: Alignment, first: Sampled, second: AlignablePicture): Guess {
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

const transformed = ({ sampled }: AlignablePicture, transform: Transform): Sampled =>
  transform === "none" ? sampled : new TransformedPicture(sampled, symmetryOf(transform));

/** A window of each, by how alike they are from afar. */
interface Pairing {
  readonly transform: Transform;
  readonly one: Described;
  readonly two: Described;
  readonly correlation: number;
}

/** The wholes as they are, the best upright ones, and the likeliest of all others. */
function guesses(first: AlignablePicture, second: AlignablePicture): Guess[] {
  const upright: Pairing[] = [];
  const others: Pairing[] = [];
  for (const symmetry of SYMMETRIES) {
    const { transform } = symmetry;
    const isUpright = transform === "none";
    const offer = (one: Described, two: Described, correlation: number) => {
      const pairing = { transform, one, two, correlation };
      const tooMany = isUpright ? keepBest(upright, pairing, UPRIGHT + 1) : pairing;
      if (tooMany) keepBest(others, tooMany, LIKELIEST);
    };
    for (const two of second.full) {
      const cells = isUpright ? two.cells : transformedCells(two.cells, symmetry, COARSE, COARSE);
      for (const one of first.full) offer(one, two, dot(one.cells, cells));
      for (const one of first.croppings) offer(one, two, dot(one.cells, cells));
    }
    const inverse = isUpright ? symmetry : inverseOf(symmetry);
    for (const one of first.full) {
      const cells = isUpright ? one.cells : transformedCells(one.cells, inverse, COARSE, COARSE);
      for (const two of second.croppings) offer(one, two, dot(cells, two.cells));
    }
  }
  const [one, two] = [first.full[0], second.full[0]];
  if (!one || !two) return [];
  const wholes: Pairing = { transform: "none", one, two, correlation: dot(one.cells, two.cells) };
  const isOther = (pairing: Pairing) =>
    pairing.transform !== "none" || pairing.one !== one || pairing.two !== two;
  const rest = [...upright.filter(isOther).slice(0, UPRIGHT), ...others.filter(isOther)];
  return [wholes, ...rest].map(({ transform, correlation, ...windows }) => ({
    transform,
    first: windows.one.window,
    second: windowAfter(windows.two.window, symmetryOf(transform), second.sampled),
    correlation,
  }));
}

/** Adds to the best, which are sorted; returns what is not among them any more. */
function keepBest(best: Pairing[], pairing: Pairing, most: number): Pairing | undefined {
  const last = best.at(-1);
  if (best.length >= most && last && last.correlation >= pairing.correlation) return pairing;
  let at = best.length;
  while (at > 0 && (best[at - 1] as Pairing).correlation < pairing.correlation) at -= 1;
  best.splice(at, 0, pairing);
  return best.length > most ? best.pop() : undefined;
}

/** All but the quarter turns undo themselves. */
function inverseOf(symmetry: (typeof SYMMETRIES)[number]) {
  if (symmetry.transform === "rotated 90°") return symmetryOf("rotated 270°");
  return symmetry.transform === "rotated 270°" ? symmetryOf("rotated 90°") : symmetry;
}

function normalized(cells: Float32Array): Float32Array {
  let sum = 0;
  for (const cell of cells) sum += cell;
  const mean = sum / cells.length;
  let squares = 0;
  for (const cell of cells) squares += (cell - mean) * (cell - mean);
  const length = Math.sqrt(squares);
  const result = new Float32Array(cells.length);
  if (length <= 1e-3) return result;
  for (let at = 0; at < cells.length; at++) result[at] = ((cells[at] as number) - mean) / length;
  return result;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
