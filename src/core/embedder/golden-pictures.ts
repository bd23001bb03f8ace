import { randomNumbers } from "../random-numbers.ts";
import type { ImageRecipe } from "../types.ts";

/** Of one colour channel at a place, both fractions of the side: 0..255. */
type Shade = (x: number, y: number, channel: 0 | 1 | 2) => number;

/**
 * Pictures for a model to be tested on, as its image tower takes them: something flat, something smooth, edges, and
 * noise, so that no part of a tower has nothing to do.
 */
export function goldenPictures(recipe: ImageRecipe): Float32Array[] {
  const random = randomNumbers(7);
  const shades: readonly Shade[] = [
    () => 128,
    (x, y, channel) => 255 * ([x, y, 1 - x] as const)[channel],
    (x, y, channel) => ((Math.floor(8 * x) + Math.floor((5 + channel) * y)) % 2 === 0 ? 230 : 20),
    () => 255 * random(),
  ];
  return shades.map((shade) => pixelsOf(shade, recipe));
}

function pixelsOf(shade: Shade, { size, mean, std }: ImageRecipe): Float32Array {
  const pixels = new Float32Array(3 * size * size);
  let at = 0;
  for (const channel of [0, 1, 2] as const) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++)
        pixels[at++] = (shade(x / size, y / size, channel) / 255 - mean[channel]) / std[channel];
    }
  }
  return pixels;
}

/** A picture of one grey: resizing and cropping change nothing about it. */
export const greyPixels = (grey: number, recipe: ImageRecipe): Float32Array => pixelsOf(() => grey, recipe);
