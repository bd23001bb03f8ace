import { type CodedColours, coloursOfCodes, type Primaries, SRGB_PRIMARIES } from "./coded-colours.ts";

const SIGNATURE_BYTES = 8;

/** What a PNG says of its colours by itself. */
export interface PngColours {
  /** By cICP, which outranks everything else, or by cHRM where no profile does. */
  readonly coded?: CodedColours | undefined;
  /** A value v in 0..1 stands for the light v ^ (1 / gamma); absent where it is that of screens, or anything else outranks it. */
  readonly gamma?: number | undefined;
}

export function pngColours(bytes: Uint8Array): PngColours {
  let [gamma, hasProfile]: [number | undefined, boolean] = [undefined, false];
  let primaries: Primaries | undefined;
  for (const { type, content } of headChunks(bytes)) {
    if (type === "cICP") return { coded: coloursOfCodes(content.getUint8(0), content.getUint8(1)) };
    if (type === "iCCP" || type === "sRGB") hasProfile = true;
    if (type === "gAMA") gamma = content.getUint32(0) / 100_000;
    if (type === "cHRM") primaries = primariesIn(content);
  }
  if (hasProfile) return {};
  const unusual = gamma !== undefined && isUnusual(gamma) ? gamma : undefined;
  if (!primaries || isSrgb(primaries)) return { gamma: unusual };
  return { coded: { primaries, transfer: unusual === undefined ? "screen" : { gamma: 1 / unusual } } };
}

/** Frames of an animated PNG (acTL), of which a decoder that knows no animation shows the first; else 1. */
export function pngFrames(bytes: Uint8Array): number {
  for (const { type, content } of headChunks(bytes))
    if (type === "acTL") return Math.max(1, content.getUint32(0));
  return 1;
}

/** Content that these chunks have at least. */
const LEAST_BYTES: Readonly<Record<string, number>> = {
  cICP: 4,
  gAMA: 4,
  cHRM: 32,
  acTL: 8,
  iCCP: 0,
  sRGB: 0,
};

/** The chunks of those types before the pixels, whole ones only. */
function* headChunks(bytes: Uint8Array): Generator<{ readonly type: string; readonly content: DataView }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === "IDAT") return;
    const least = LEAST_BYTES[type];
    if (least !== undefined && length >= least && at + 8 + length <= bytes.length)
      yield { type, content: new DataView(bytes.buffer, bytes.byteOffset + at + 8, length) };
    at += 12 + length;
  }
}

/** White first in the file, in units of 1/100,000. Undefined for what are no colours, such as zeros. */
function primariesIn(content: DataView): Primaries | undefined {
  const values = Array.from({ length: 8 }, (_, nth) => content.getUint32(4 * nth) / 100_000);
  const [xw, yw, ...colours] = values;
  if (xw === undefined || yw === undefined || values.some((value) => value > 1)) return undefined;
  const [xr = 0, yr = 0, xg = 0, yg = 0, xb = 0, yb = 0] = colours;
  const area = Math.abs((xg - xr) * (yb - yr) - (xb - xr) * (yg - yr));
  const hasHeights = [yr, yg, yb, yw].every((y) => y > 0);
  return hasHeights && area > MIN_AREA ? [xr, yr, xg, yg, xb, yb, xw, yw] : undefined;
}

/** Of the triangle that the primaries span, twice; that of sRGB is 0.22. */
const MIN_AREA = 0.02;
/** Writers round differently. */
const CLOSE = 0.006;

const isSrgb = (primaries: Primaries) =>
  primaries.every((value, at) => Math.abs(value - (SRGB_PRIMARIES[at] ?? 0)) <= CLOSE);

export const SCREEN_GAMMA = 1 / 2.2;
/** A gamma within this share of that of screens says nothing new. */
const GAMMA_TOLERANCE = 0.05;

/**
 * Beyond these no program means it: from 0.01 down it would make every picture black. libpng ignores what is below 0.00016, and
 * browsers what is 0; the test pictures of PNG (PngSuite) go from 0.35 to 2.5.
 */
const MEANT_GAMMA = { least: 0.2, most: 5 };

const isUnusual = (gamma: number) =>
  gamma >= MEANT_GAMMA.least &&
  gamma <= MEANT_GAMMA.most &&
  Math.abs(gamma / SCREEN_GAMMA - 1) > GAMMA_TOLERANCE;
