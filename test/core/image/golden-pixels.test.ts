import { existsSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import type { ImageRecipe } from "../../../src/core/types.ts";
import { clip, siglip } from "./drawing.ts";

const golden = new URL("../../../../shared/golden/preprocess/", import.meta.url);
const present = existsSync(golden);
if (!present) console.log("golden pixels: skipped, ../shared/golden is not here");

/** Mean and greatest difference in grey levels; Pillow and libvips decode some files differently. */
const exact = { mean: 0, max: 0 };
/** The references drop opacity; Glimpse does so only for a model that asks for it. */
const asReferences = (recipe: ImageRecipe): ImageRecipe => ({ ...recipe, alpha: "drop" });
const transparent = ["alpha.webp", "palette_trns.png", "rgba_hidden_colour.png", "rgba_soft_alpha.png"];
/** A big picture is first shrunk by its decoder. */
const shrunkTwice = { mean: 0.3, max: 16 };
const tolerances: Record<string, { mean: number; max: number }> = {
  "alpha.webp": exact,
  "animated_opaque.gif": exact,
  "cmyk_adobe.jpg": { mean: 6, max: 255 },
  "exif_orientation_5.jpg": exact,
  "exif_orientation_6.jpg": exact,
  "exif_orientation_8.jpg": exact,
  "gray_l8.jpg": exact,
  "icc_display_p3.png": exact,
  "landscape_400x265.jpg": exact,
  "large.jpg": shrunkTwice,
  "palette_trns.png": exact,
  "photo.avif": { mean: 2, max: 255 },
  "photo.webp": exact,
  "portrait_400x712.jpg": exact,
  "progressive.jpg": exact,
  "rgb16.png": exact,
  "rgba_hidden_colour.png": exact,
  "rgba_soft_alpha.png": exact,
  "tiny_5x7.png": exact,
  "wide_2000x60.png": exact,
  "zoneplate_500x338.png": exact,
};

describe.skipIf(!present).each([
  ["clip", clip],
  ["siglip", siglip],
] as const)("pixels of the %s recipe", (folder, recipe) => {
  test.each(Object.entries(tolerances))("%s equals the reference", async (file, tolerance) => {
    const expected = await greysOf(new URL(`${folder}/${goldenName(file)}.png`, golden));
    const read = await pixelsOf(file, transparent.includes(file) ? asReferences(recipe) : recipe);
    const { max, mean } = difference(greys(read, recipe), expected);
    expect(mean).toBeLessThanOrEqual(tolerance.mean);
    expect(max).toBeLessThanOrEqual(tolerance.max);
  });

  test("normalisation equals the reference to a millionth", async () => {
    const file = "rgba_hidden_colour.png";
    const bytes = readFileSync(new URL(`${folder}/${goldenName(file)}.f32`, golden));
    const expected = new Float32Array(new Uint8Array(bytes).buffer);
    const { max } = difference(await pixelsOf(file, asReferences(recipe)), expected);
    expect(max).toBeLessThan(1e-6);
  });
});

test.skipIf(!present).each(["animated_transparent.gif", "gray16.png"])("%s decodes", async (file) => {
  expect(await pixelsOf(file, clip)).toHaveLength(3 * 224 * 224);
});

function goldenName(file: string): string {
  return file.replace(".", "_");
}

async function pixelsOf(file: string, recipe: ImageRecipe): Promise<Float32Array> {
  const bytes = readFileSync(new URL(`source/${file}`, golden));
  return (await readPicture(bytes, recipe, DEFAULT_PICTURE_LIMITS)).pixels;
}

/** Back from normalised planes to 0..255. */
function greys(pixels: Float32Array, { size, mean, std }: ImageRecipe): Float32Array {
  return pixels.map((value, index) => {
    const channel = Math.floor(index / (size * size));
    return Math.round((value * std[channel]! + mean[channel]!) * 255);
  });
}

/** Interleaved PNG to planes. */
async function greysOf(png: URL): Promise<Float32Array> {
  const rgb = await sharp(readFileSync(png)).raw().toBuffer();
  const plane = rgb.length / 3;
  return Float32Array.from(rgb, (_, index) => rgb[(index % plane) * 3 + Math.floor(index / plane)]!);
}

function difference(a: Float32Array, b: Float32Array): { max: number; mean: number } {
  expect(a).toHaveLength(b.length);
  let max = 0;
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    const distance = Math.abs(a[index]! - b[index]!);
    max = Math.max(max, distance);
    sum += distance;
  }
  return { max, mean: sum / a.length };
}
