/** Draws every sample again: npx tsx samples/draw/draw.ts */
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import { animals } from "./animals.ts";
import { type Copy, copies } from "./copies.ts";
import { documents } from "./documents.ts";
import { food } from "./food.ts";
import { landscapes } from "./landscapes.ts";
import { type Drawing, toSvg } from "./svg.ts";
import { things } from "./things.ts";
import { vehicles } from "./vehicles.ts";

const samples = fileURLToPath(new URL("../", import.meta.url));

const encoders: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  ".jpg": (image) => image.jpeg({ quality: 88 }),
  ".png": (image) => image.png({ palette: true, quality: 92, effort: 8 }),
  ".webp": (image) => image.webp({ quality: 85 }),
};

async function draw(picture: Drawing): Promise<void> {
  const encode = encoders[extname(picture.file)];
  if (!encode) throw new Error(`${picture.file} has an ending that nothing draws`);
  await mkdir(dirname(samples + picture.file), { recursive: true });
  await encode(sharp(toSvg(picture)).removeAlpha()).toFile(samples + picture.file);
}

async function copy({ file, of, change }: Copy): Promise<void> {
  await mkdir(dirname(samples + file), { recursive: true });
  if (change) await change(sharp(samples + of)).toFile(samples + file);
  else await copyFile(samples + of, samples + file);
}

for (const picture of [...animals, ...food, ...vehicles, ...landscapes, ...things, ...documents]) {
  await draw(picture);
}
for (const each of copies) await copy(each);
