import type { RawPicture } from "../raw-picture.ts";

/** Colours told by numbers instead of a profile: chromaticities of the primaries and of white, and what a value means as light. */
export interface CodedColours {
  readonly primaries: Primaries;
  readonly transfer: Transfer;
}

/** x and y of red, green, blue and white (CIE 1931). */
export type Primaries = readonly [number, number, number, number, number, number, number, number];

/** screen: as on any screen (sRGB, and what BT.709 and its kin are shown as); pq, hlg: of pictures brighter than a screen's white. */
export type Transfer = "screen" | "linear" | "pq" | "hlg" | { readonly gamma: number };

const D65 = [0.3127, 0.329] as const;
export const SRGB_PRIMARIES: Primaries = [0.64, 0.33, 0.3, 0.6, 0.15, 0.06, ...D65];

/** Numbers of ITU-T H.273 that files for people bear, also as cICP of PNG and nclx of AVIF. */
const PRIMARIES: Readonly<Record<number, Primaries>> = {
  1: SRGB_PRIMARIES,
  4: [0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.31, 0.316],
  5: [0.64, 0.33, 0.29, 0.6, 0.15, 0.06, ...D65],
  6: [0.63, 0.34, 0.31, 0.595, 0.155, 0.07, ...D65],
  7: [0.63, 0.34, 0.31, 0.595, 0.155, 0.07, ...D65],
  8: [0.681, 0.319, 0.243, 0.692, 0.145, 0.049, 0.31, 0.316],
  9: [0.708, 0.292, 0.17, 0.797, 0.131, 0.046, ...D65],
  11: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351],
  12: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, ...D65],
  22: [0.63, 0.34, 0.295, 0.605, 0.155, 0.077, ...D65],
};
const TRANSFERS: Readonly<Record<number, Transfer>> = {
  4: { gamma: 2.2 },
  5: { gamma: 2.8 },
  8: "linear",
  16: "pq",
  17: { gamma: 2.6 },
  18: "hlg",
};

/** Undefined where they are those of a screen, or unknown. */
export function coloursOfCodes(primaries: number, transfer: number): CodedColours | undefined {
  const [known, meaning] = [PRIMARIES[primaries] ?? SRGB_PRIMARIES, TRANSFERS[transfer] ?? "screen"];
  return known === SRGB_PRIMARIES && meaning === "screen"
    ? undefined
    : { primaries: known, transfer: meaning };
}

/** In sRGB: colours that it lacks are clipped, light above a screen's white is rolled off. */
export function fromCodedColours(
  { data, ...size }: RawPicture,
  { primaries, transfer }: CodedColours,
): RawPicture {
  const light = Float64Array.from({ length: 256 }, (_, level) => lightOf(level / 255, transfer));
  const matrix = product(inverse(toXyz(SRGB_PRIMARIES)), product(adaptation(primaries), toXyz(primaries)));
  const isBright = transfer === "pq" || transfer === "hlg";
  const shown = new Uint8Array(data.length);
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix;
  for (let at = 0; at < data.length; at += 3) {
    let [r, g, b] = [light[data[at] ?? 0] ?? 0, light[data[at + 1] ?? 0] ?? 0, light[data[at + 2] ?? 0] ?? 0];
    if (isBright) {
      // BT.2100: the light of HLG on a screen depends on its brightness (system gamma 1.2).
      const system = transfer === "hlg" ? SCENE_GAIN * (0.2627 * r + 0.678 * g + 0.0593 * b) ** 0.2 : 1;
      const most = system * Math.max(r, g, b);
      const scale = most > 0 ? (system * rolledOff(most)) / most : 0;
      [r, g, b] = [r * scale, g * scale, b * scale];
    }
    shown[at] = encoded(rr * r + rg * g + rb * b);
    shown[at + 1] = encoded(gr * r + gg * g + gb * b);
    shown[at + 2] = encoded(br * r + bg * g + bb * b);
  }
  return { ...size, data: shown };
}

/** ITU-R BT.2408: white of a page, in candelas per square metre; it becomes the screen's white. */
const REFERENCE_WHITE = 203;
/** The brightest light of usual pictures, and of the screen that HLG is meant for. */
const PEAK = 1000 / REFERENCE_WHITE;
const SCENE_GAIN = PEAK;

/** Relative to white; PQ by SMPTE ST 2084, HLG (light of the scene, 0..1) by BT.2100. */
function lightOf(value: number, transfer: Transfer): number {
  if (typeof transfer === "object") return value ** transfer.gamma;
  switch (transfer) {
    case "linear":
      return value;
    case "pq": {
      const power = value ** (1 / 78.84375);
      const nits =
        10_000 * (Math.max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125);
      return nits / REFERENCE_WHITE;
    }
    case "hlg":
      return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12;
    default:
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }
}

/** Dark and middle tones stay, what is brighter is bent so that the peak becomes white (Reinhard et al., 2002, extended). */
const rolledOff = (light: number) => (light >= PEAK ? 1 : (light * (1 + light / PEAK ** 2)) / (1 + light));

function encoded(light: number): number {
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.max(0, Math.min(255, Math.round(255 * value)));
}

type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** From red, green and blue light to CIE XYZ. */
function toXyz([xr, yr, xg, yg, xb, yb, xw, yw]: Primaries): Matrix {
  const column = (x: number, y: number) => [x / y, 1, (1 - x - y) / y] as const;
  const [r, g, b, w] = [column(xr, yr), column(xg, yg), column(xb, yb), column(xw, yw)];
  const columns: Matrix = [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]];
  const inverted = inverse(columns);
  const [sr, sg, sb] = [0, 3, 6].map((row) =>
    w.reduce((sum, value, at) => sum + value * (inverted[row + at] ?? 0), 0),
  ) as [number, number, number];
  return columns.map((value, at) => value * ([sr, sg, sb][at % 3] ?? 0)) as unknown as Matrix;
}

/** Bradford's: what was white stays white. */
function adaptation([, , , , , , xw, yw]: Primaries): Matrix {
  const bradford: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
  const cone = (x: number, y: number) =>
    [0, 3, 6].map(
      (row) =>
        ((bradford[row] ?? 0) * x) / y +
        (bradford[row + 1] ?? 0) +
        ((bradford[row + 2] ?? 0) * (1 - x - y)) / y,
    );
  const [from, to] = [cone(xw, yw), cone(...D65)];
  const gains = to.map((value, at) => value / (from[at] ?? 1)) as [number, number, number];
  return product(inverse(bradford), product([gains[0], 0, 0, 0, gains[1], 0, 0, 0, gains[2]], bradford));
}

function product(a: Matrix, b: Matrix): Matrix {
  return Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [3 * Math.floor(at / 3), at % 3];
    return [0, 1, 2].reduce((sum, k) => sum + (a[row + k] ?? 0) * (b[3 * k + column] ?? 0), 0);
  }) as unknown as Matrix;
}

function inverse([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const adjugate = [
    ...[e * i - f * h, c * h - b * i, b * f - c * e],
    ...[f * g - d * i, a * i - c * g, c * d - a * f],
    ...[d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return adjugate.map((value) => value / determinant) as unknown as Matrix;
}
