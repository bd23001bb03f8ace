import { type CodedColours, coloursOfCodes, type Primaries, SRGB_PRIMARIES } from "./coded-colours.ts";

const SIGNATURE_BYTES = 8;

/** What a PNG says of its colours by itself. */
export interface PngColours {
  /** By cICP, which outranks everything else, or by cHRM where no profile does. */
  readonly coded?: CodedColours | undefined;
  /** A value v in 0..1 stands for the light v ^ (1 / gamma), such as 0.45455; absent where anything else outranks it. */
  readonly gamma?: number | undefined;
}

export function pngColours(bytes: Uint8Array): PngColours {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [gamma, hasProfile]: [number | undefined, boolean] = [undefined, false];
  let primaries: Primaries | undefined;
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length; ) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const content = at + 8;
    if (type === "IDAT") break;
    if (type === "cICP") {
      const coded = coloursOfCodes(bytes[content] ?? 0, bytes[content + 1] ?? 0);
      return { coded };
    }
    if (type === "iCCP" || type === "sRGB") hasProfile = true;
    if (type === "gAMA") gamma = view.getUint32(content) / 100_000;
    if (type === "cHRM" && content + 32 <= bytes.length) primaries = primariesAt(view, content);
    at += 12 + view.getUint32(at);
  }
  if (hasProfile) return {};
  if (!primaries || isSrgb(primaries)) return { gamma };
  const transfer = gamma && gamma > 0 && !isOfScreens(gamma) ? { gamma: 1 / gamma } : "screen";
  return { coded: { primaries, transfer } };
}

/** White first in the file, in units of 1/100,000. Undefined for what are no colours, such as zeros. */
function primariesAt(view: DataView, at: number): Primaries | undefined {
  const values = Array.from({ length: 8 }, (_, nth) => view.getUint32(at + 4 * nth) / 100_000);
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

/** A gamma within this share of that of screens says nothing new. */
const SCREEN_GAMMA = 1 / 2.2;
const GAMMA_TOLERANCE = 0.05;

export const isOfScreens = (gamma: number): boolean => Math.abs(gamma / SCREEN_GAMMA - 1) <= GAMMA_TOLERANCE;
