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
export function coefficientCounts({ data, width, height }: RawPicture): Uint8Array {
  const counts = new Uint8Array(COUNTED_COEFFICIENTS * COUNTED_SIZES);
  const across = Math.floor(width / SIDE);
  const blocks = across * Math.floor(height / SIDE);
  const grey = new Float64Array(SIDE * SIDE);
  const stride = Math.max(1, blocks / MAX_BLOCKS);
  for (let at = 0; at < blocks; at += stride) {
    const block = Math.floor(at);
    const corner = SIDE * (Math.floor(block / across) * width + (block % across));
    for (let pixel = 0; pixel < grey.length; pixel++) {
      const from = 3 * (corner + Math.floor(pixel / SIDE) * width + (pixel % SIDE));
      grey[pixel] = 0.299 * (data[from] ?? 0) + 0.587 * (data[from + 1] ?? 0) + 0.114 * (data[from + 2] ?? 0);
    }
    for (const [nth, waves] of WAVES.entries()) {
      const size = Math.round(Math.abs(coefficient(grey, waves)));
      const place = nth * COUNTED_SIZES + size;
      if (size < COUNTED_SIZES && (counts[place] ?? 0) < 255) counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return counts;
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
