import type { RawPicture } from "../raw-picture.ts";

/** Coefficients counted of each block: the nine after its mean, in the order of JPEG's tables. */
export const COUNTED_COEFFICIENTS = 9;
/** Their sizes that are counted, 0 and up, in levels. */
export const COUNTED_SIZES = 64;

/** Waves down and across of those coefficients. */
const WAVES = [
  [0, 1],
  [1, 0],
  [2, 0],
  [1, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [2, 1],
  [3, 0],
] as const;
const SIDE = 8;
/** Blocks looked at, spread over the picture. */
const MAX_BLOCKS = 1500;

const COSINES = Array.from({ length: 4 }, (_, waves) =>
  Float64Array.from(
    { length: SIDE },
    (_, at) =>
      Math.cos(((2 * at + 1) * waves * Math.PI) / (2 * SIDE)) * (waves === 0 ? Math.sqrt(1 / SIDE) : 0.5),
  ),
);

/**
 * How often each low coefficient of the blocks of 8 x 8 pixels into which JPEG divides a picture has each size:
 * COUNTED_COEFFICIENTS rows of COUNTED_SIZES, no count above 255. In a picture that was saved as JPEG they gather at
 * multiples of the steps of that file's table, also after it was decoded and saved otherwise.
 */
export function coefficientCounts(picture: RawPicture): Uint8Array {
  return countedFrom(picture, 0, 0).counts;
}

/**
 * The same of a picture that may come from a JPEG mirrored or turned, whose blocks then begin at what is left of a side beyond the
 * last whole one: by the blocks in which most coefficients are nothing, as JPEG leaves them.
 * @param rest of the sides of the whole picture, beyond whole blocks
 */
export function coefficientCountsOfLossless(
  picture: RawPicture,
  rest: { readonly across: number; readonly down: number },
): Uint8Array {
  const offsets = new Set([0, rest.across].flatMap((x) => [0, rest.down].map((y) => x * SIDE + y)));
  const counted = [...offsets].map((offset) =>
    countedFrom(picture, Math.floor(offset / SIDE), offset % SIDE),
  );
  return counted.reduce((best, each) => (each.nothing > best.nothing ? each : best)).counts;
}

interface Counted {
  readonly counts: Uint8Array;
  /** Share of coefficients that are nothing. */
  readonly nothing: number;
}

/** Of the blocks that begin so many pixels from the left and from the top. */
function countedFrom({ data, width, height }: RawPicture, left: number, top: number): Counted {
  const counts = new Uint8Array(COUNTED_COEFFICIENTS * COUNTED_SIZES);
  const across = Math.floor((width - left) / SIDE);
  const blocks = across * Math.floor((height - top) / SIDE);
  let [nothing, all] = [0, 0];
  const grey = new Float64Array(SIDE * SIDE);
  const stride = Math.max(1, blocks / MAX_BLOCKS);
  for (let at = 0; at < blocks; at += stride) {
    const block = Math.floor(at);
    const row = top + SIDE * Math.floor(block / across);
    const corner = row * width + left + SIDE * (block % across);
    for (let pixel = 0; pixel < grey.length; pixel++) {
      const from = 3 * (corner + Math.floor(pixel / SIDE) * width + (pixel % SIDE));
      grey[pixel] = 0.299 * (data[from] ?? 0) + 0.587 * (data[from + 1] ?? 0) + 0.114 * (data[from + 2] ?? 0);
    }
    for (const [nth, waves] of WAVES.entries()) {
      const size = Math.round(Math.abs(coefficient(grey, waves)));
      all += 1;
      if (size === 0) nothing += 1;
      const place = nth * COUNTED_SIZES + size;
      if (size < COUNTED_SIZES && (counts[place] ?? 0) < 255) counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return { counts, nothing: nothing / Math.max(1, all) };
}

function coefficient(grey: Float64Array, [down, across]: readonly [number, number]): number {
  const [cosinesDown, cosinesAcross] = [COSINES[down] ?? [], COSINES[across] ?? []];
  let sum = 0;
  for (let y = 0; y < SIDE; y++) {
    let row = 0;
    for (let x = 0; x < SIDE; x++) row += (grey[SIDE * y + x] ?? 0) * (cosinesAcross[x] ?? 0);
    sum += row * (cosinesDown[y] ?? 0);
  }
  return sum;
}
