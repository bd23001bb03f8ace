import { COUNTED_COEFFICIENTS } from "./block-coefficients.ts";

const DQT = 0xdb;
const START_OF_SCAN = 0xda;
/** Sum of the luminance table in annex K of the JPEG standard (ITU-T T.81), which encoders scale by their quality. */
const STANDARD_SUM = 3688;

/**
 * The quality, 1..100, at which the common encoder (libjpeg) would have made this file's first quantisation table;
 * undefined where the bytes hold none, as in other formats.
 */
export function jpegQuality(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const at = findSegment(bytes, DQT);
  return at === undefined ? undefined : qualityOf(table(bytes, at).reduce((sum, step) => sum + step, 0));
}

/** The steps of that table for the coefficients that are counted; those above 255, of spoilt pictures, are given as 255. */
export function jpegSteps(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const at = findSegment(bytes, DQT);
  if (at === undefined) return undefined;
  const steps = table(bytes, at).slice(1, 1 + COUNTED_COEFFICIENTS);
  return Uint8Array.from(steps, (step) => Math.min(255, step));
}

/** Where the content of the first such segment before the picture's data begins. */
function findSegment(bytes: Uint8Array, wanted: number): number | undefined {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1];
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === wanted) return at + 4;
    if (marker === START_OF_SCAN) return undefined;
    at += 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
  }
  return undefined;
}

/** Its first table: 64 numbers of one or two bytes, lowest waves first, after a byte whose upper half says which. */
function table(bytes: Uint8Array, at: number): number[] {
  const size = (bytes[at] ?? 0) >> 4 === 0 ? 1 : 2;
  return Array.from({ length: 64 }, (_, number) => {
    const from = at + 1 + number * size;
    return size === 1 ? (bytes[from] ?? 0) : ((bytes[from] ?? 0) << 8) + (bytes[from + 1] ?? 0);
  });
}

/** libjpeg scales the standard table by 5000 / quality per cent below 50, by 200 - 2 quality above. */
function qualityOf(sum: number): number {
  const percent = (100 * sum) / STANDARD_SUM;
  const quality = percent > 100 ? 5000 / percent : (200 - percent) / 2;
  return Math.max(1, Math.min(100, Math.round(quality)));
}
