import type { ImageRecipe } from "../types.ts";
import type { RawPicture } from "./raw-picture.ts";
import { type Axis, resample } from "./resample.ts";

/** CHW float32, 3 x size x size, normalised by the recipe's mean and std: what an image tower takes. */
export function recipePixels(picture: RawPicture, recipe: ImageRecipe): Float32Array {
  const { columns, rows } = axesOf(picture, recipe);
  return normalised(resample(picture, columns, rows, recipe.interpolation), recipe);
}

/** Where the recipe's square lies in the resized picture. The longer side is floored, as Hugging Face does. */
function axesOf(picture: RawPicture, { size, resize }: ImageRecipe): { columns: Axis; rows: Axis } {
  const shorter = Math.min(picture.width, picture.height);
  const axis = (from: number): Axis => {
    const to = resize === "squash" ? size : Math.floor((size * from) / shorter);
    return { from, to, offset: Math.floor((to - size) / 2), length: size };
  };
  return { columns: axis(picture.width), rows: axis(picture.height) };
}

function normalised(rgb: Uint8Array, { size, mean, std }: ImageRecipe): Float32Array {
  const plane = size * size;
  const pixels = new Float32Array(3 * plane);
  mean.forEach((channelMean, channel) => {
    const table = Float32Array.from(
      { length: 256 },
      (_, value) => (value / 255 - channelMean) / (std[channel] ?? 1),
    );
    const end = (channel + 1) * plane;
    for (let to = channel * plane, at = channel; to < end; to++, at += 3) {
      pixels[to] = table[rgb[at] ?? 0] ?? 0;
    }
  });
  return pixels;
}
