import type { ImageRecipe } from "../types.ts";
import type { RawPicture } from "./raw-picture.ts";
import { resample } from "./resampling/resample.ts";
import type { Axis } from "./resampling/resample-weights.ts";

/** CHW float32, 3 x size x size, normalised by the recipe's mean and std: what an image tower takes. */
export function recipePixels(picture: RawPicture, recipe: ImageRecipe): Float32Array {
  const { columns, rows } = axesOf(picture, recipe);
  const rgb = resample(picture, columns, rows, recipe.interpolation);
  return normalised(recipe.resize === "pad" ? padded(rgb, columns.length, rows.length, recipe) : rgb, recipe);
}

/** Where what the recipe takes lies in the resized picture. The longer side of a crop is floored, as Hugging Face does. */
function axesOf(picture: RawPicture, { size, resize }: ImageRecipe): { columns: Axis; rows: Axis } {
  const shorter = Math.min(picture.width, picture.height);
  const longer = Math.max(picture.width, picture.height);
  const axis = (from: number): Axis => {
    if (resize === "pad") {
      const to = Math.max(1, roundHalfToEven((size * from) / longer));
      return { from, to, offset: 0, length: to };
    }
    const to = resize === "squash" ? size : Math.floor((size * from) / shorter);
    return { from, to, offset: Math.floor((to - size) / 2), length: size };
  };
  return { columns: axis(picture.width), rows: axis(picture.height) };
}

/** As Python rounds. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

/** In the middle of a square of the recipe's colour; of an odd rest the larger half is on the right and below. */
function padded(
  rgb: Uint8Array,
  width: number,
  height: number,
  { size, fill = [0, 0, 0] }: ImageRecipe,
): Uint8Array {
  const square = new Uint8Array(3 * size * size);
  for (let at = 0; at < square.length; at += 3) square.set(fill, at);
  const [left, top] = [(size - width) >> 1, (size - height) >> 1];
  for (let row = 0; row < height; row++) {
    square.set(rgb.subarray(3 * row * width, 3 * (row + 1) * width), 3 * ((top + row) * size + left));
  }
  return square;
}

function normalised(rgb: Uint8Array, { size, mean, std }: ImageRecipe): Float32Array {
  const levels = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel++) {
    for (let value = 0; value < 256; value++) {
      levels[channel * 256 + value] = (value / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
    }
  }
  const plane = size * size;
  const pixels = new Float32Array(3 * plane);
  for (let to = 0, at = 0; to < plane; to++, at += 3) {
    pixels[to] = levels[rgb[at] ?? 0] ?? 0;
    pixels[plane + to] = levels[256 + (rgb[at + 1] ?? 0)] ?? 0;
    pixels[2 * plane + to] = levels[512 + (rgb[at + 2] ?? 0)] ?? 0;
  }
  return pixels;
}
