/**
 * How close copies of a photo are to it under a model, and how close different photos are: the basis for the thresholds `alike`
 * and `similar` of a descriptor. Usage: npx tsx bench/likeness.ts FOLDER_OF_JPEGS [model] [variant]
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import type { Embedding } from "../src/core/types.ts";

const [folder = "../shared/photos/images", id = "pocket", variant] = process.argv.slice(2);
const PHOTOS = 600;
const COPIED = 150;

const cutting = (share: number) => (picture: Sharp, width: number, height: number) =>
  picture.extract({
    left: Math.round(width * share),
    top: Math.round(height * share),
    width: Math.floor(width * (1 - 2 * share)),
    height: Math.floor(height * (1 - 2 * share)),
  });

const copies: Record<string, (picture: Sharp, width: number, height: number) => Sharp> = {
  "half the size": (picture, width) => picture.resize(Math.round(width / 2)).jpeg({ quality: 80 }),
  "JPEG quality 30": (picture) => picture.jpeg({ quality: 30 }),
  "WebP, 300 px wide": (picture) => picture.resize(300).webp({ quality: 50 }),
  "brighter by a fifth": (picture) => picture.modulate({ brightness: 1.2 }),
  "3 % cut off all around": cutting(0.03),
  "10 % cut off all around": cutting(0.1),
  mirrored: (picture) => picture.flop(),
};

const store = new ModelStore({ directory: fileURLToPath(new URL("../.cache", import.meta.url)) });
const embedder = new OnnxEmbedder({ model: await store.locate(id, variant) });
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".jpg"))
  .slice(0, PHOTOS)
  .map((name) => join(folder, name));
const photos = await Promise.all(
  files.map(async (path) => (await embedder.embedPicture({ path })).embedding),
);

const others = photos.flatMap((one, at) => photos.slice(at + 1).map((other) => cosine(one, other)));
const nearest = photos.map((one) =>
  Math.max(...photos.map((other) => (other === one ? -1 : cosine(one, other)))),
);
show("different photos, any two", others);
show("different photos, nearest", nearest);
for (const [name, copy] of Object.entries(copies)) {
  const found = await Promise.all(files.slice(0, COPIED).map((file, at) => likeness(file, at, copy)));
  show(`copy: ${name}`, found);
}
await embedder.close();

async function likeness(file: string, at: number, copy: (typeof copies)[string]): Promise<number> {
  const original = readFileSync(file);
  const { width, height } = await sharp(original).metadata();
  const bytes = await copy(sharp(original), width, height).toBuffer();
  const { embedding } = await embedder.embedPicture({ bytes });
  return cosine(embedding, photos[at] ?? new Float32Array());
}

function cosine(a: Embedding, b: Embedding): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function show(name: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(3);
  console.log(
    `${name.padEnd(32)} 1 % ${at(0.01)}  5 % ${at(0.05)}  50 % ${at(0.5)}  95 % ${at(0.95)}  99 % ${at(0.99)}`,
  );
}
