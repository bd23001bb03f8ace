import type { ImageRecipe } from "../types.ts";
import { fromRaw, type RawPicture } from "./raw-picture.ts";
import { type Axis, resample } from "./resample.ts";

/** From this factor on libvips averages blocks before it filters, and drifts away from Pillow. */
const nativeShrinkBelow = 4;

/**
 * CHW float32, 3 x size x size, normalised by the recipe's mean and std: what an image tower takes.
 * Moderate shrinking is left to libvips, whose cubic is within 0.3 grey levels of Pillow's on average.
 * Where a side grows or shrinks a lot the two differ visibly, and Pillow's own arithmetic is followed.
 */
export async function recipePixels(picture: RawPicture, recipe: ImageRecipe): Promise<Float32Array> {
  const { columns, rows } = axesOf(picture, recipe);
  const native = recipe.interpolation === "bicubic" && [columns, rows].every(shrinksModerately);
  const rgb = native
    ? await shrink(picture, columns, rows)
    : resample(picture, columns, rows, recipe.interpolation);
  return normalised(rgb, recipe);
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

function shrinksModerately({ from, to }: Axis): boolean {
  return from > to && from < to * nativeShrinkBelow;
}

async function shrink(picture: RawPicture, columns: Axis, rows: Axis): Promise<Uint8Array> {
  return fromRaw(picture)
    .resize(columns.to, rows.to, { fit: "fill", kernel: "cubic" })
    .extract({ left: columns.offset, top: rows.offset, width: columns.length, height: rows.length })
    .raw()
    .toBuffer();
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
