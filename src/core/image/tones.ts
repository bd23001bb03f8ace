import type { PictureTones } from "../types.ts";
import type { RawPicture } from "./raw-picture.ts";

/** Pixels beyond the brightest or darkest level that counts: specks, traces of compression. */
const SPECKS = 0.0005;
/** Levels at an end, over which compression spreads what was clipped there. */
const END_LEVELS = 6;

/** Of the picture as people see it, at the size of a thumbnail. */
export function tonesOf({ data }: RawPicture): PictureTones {
  const pixels = data.length / 3;
  const counts = [0, 1, 2].map(() => new Uint32Array(256));
  let [sum, squares, chroma] = [0, 0, 0];
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
    for (const [channel, level] of [red, green, blue].entries()) increase(counts[channel], level);
    const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
    sum += grey;
    squares += grey * grey;
    chroma += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  const bright = counts.map((levels) => endOf(levels.toReversed(), pixels));
  const dark = counts.map((levels) => endOf(levels, pixels));
  return {
    contrast: Math.sqrt(Math.max(0, squares / pixels - (sum / pixels) ** 2)),
    colour: chroma / pixels,
    clipped: Math.max(...bright.map(({ share }) => share)) + Math.max(...dark.map(({ share }) => share)),
    brightest: 255 - Math.min(...bright.map(({ level }) => level)),
  };
}

function increase(counts: Uint32Array | undefined, level: number): void {
  if (counts) counts[level] = (counts[level] ?? 0) + 1;
}

/** The first level that more than specks have, and the share of pixels about it. */
function endOf(counts: Uint32Array, pixels: number): { level: number; share: number } {
  let level = 0;
  let below = 0;
  while (level < 255 && below + (counts[level] ?? 0) < SPECKS * pixels) below += counts[level++] ?? 0;
  for (const count of counts.subarray(level, level + END_LEVELS)) below += count;
  return { level, share: below / pixels };
}
