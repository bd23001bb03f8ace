import type { PictureTones } from "../types.ts";
import type { RawPicture } from "./raw-picture.ts";

/** Pixels beyond the brightest or darkest level that counts: specks, traces of compression. */
const SPECKS = 0.0005;
/** Share of the levels between the ends over which compression spreads what was clipped there. */
const END_SHARE = 6 / 256;

/** Of the picture as people see it, at the size of a thumbnail. */
export function tonesOf({ data }: RawPicture): PictureTones {
  const pixels = data.length / 3;
  const reds = new Uint32Array(256);
  const greens = new Uint32Array(256);
  const blues = new Uint32Array(256);
  let [sum, squares, chroma] = [0, 0, 0];
  // For every picture that is added: lists for each pixel would take many times as long.
  for (let at = 0; at < data.length; at += 3) {
    const red = data[at] as number;
    const green = data[at + 1] as number;
    const blue = data[at + 2] as number;
    reds[red] = (reds[red] as number) + 1;
    greens[green] = (greens[green] as number) + 1;
    blues[blue] = (blues[blue] as number) + 1;
    const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
    sum += grey;
    squares += grey * grey;
    chroma += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  const counts = [reds, greens, blues];
  const bright = counts.map((levels) => firstLevel(levels.toReversed(), pixels));
  const dark = counts.map((levels) => firstLevel(levels, pixels));
  const brightest = 255 - Math.min(...bright);
  const endLevels = Math.max(1, Math.round(END_SHARE * (1 + brightest - Math.min(...dark))));
  const atEnds = counts.map((levels, channel) => ({
    bright: pixelsUpTo(levels.toReversed(), (bright[channel] ?? 0) + endLevels),
    dark: pixelsUpTo(levels, (dark[channel] ?? 0) + endLevels),
  }));
  return {
    contrast: Math.sqrt(Math.max(0, squares / pixels - (sum / pixels) ** 2)),
    colour: chroma / pixels,
    clipped:
      (Math.max(...atEnds.map(({ bright }) => bright)) + Math.max(...atEnds.map(({ dark }) => dark))) /
      pixels,
    brightest,
  };
}

/** The first level that more than specks have. */
function firstLevel(counts: Uint32Array, pixels: number): number {
  let [level, below] = [0, 0];
  while (level < 255 && below + (counts[level] ?? 0) < SPECKS * pixels) below += counts[level++] ?? 0;
  return level;
}

const pixelsUpTo = (counts: Uint32Array, level: number) =>
  counts.subarray(0, level).reduce((sum, count) => sum + count, 0);
