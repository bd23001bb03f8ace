/**
 * Finding the original by a copy of it (`--like`): copies of photos turned, mirrored, framed, cropped and made small, each asked for in a
 * library of the photos alone. How often the original comes first, and how often by the cosine of the vectors alone.
 *
 *   npm run bench -- like [--photos 40] [--model pocket] [--show]
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp, { type Sharp } from "sharp";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { ENTIRE_LIBRARY } from "../src/core/scopes.ts";
import { find } from "../src/core/search/find.ts";
import { captionedPhotos } from "./captioned-photos.ts";
import { memoryLibrary } from "./memory-library.ts";
import { inTemporaryFolder, table } from "./report.ts";

const { values: flags } = parseArgs({
  options: {
    photos: { type: "string", default: "40" },
    model: { type: "string", default: "pocket" },
    show: { type: "boolean", default: false },
  },
});

const border = (photo: Sharp, share: number, background: string) => framed(photo, share, share, background);

async function framed(photo: Sharp, side: number, bottom: number, background: string): Promise<Sharp> {
  const { width = 0, height = 0 } = await photo.metadata();
  const [left, below] = [side, bottom].map((share) => Math.round(Math.min(width, height) * share));
  return photo.extend({ top: left, left, right: left, bottom: below, background });
}

async function cropped(photo: Sharp, share: number): Promise<Sharp> {
  const { width = 0, height = 0 } = await photo.metadata();
  const [keptWidth, keptHeight] = [Math.round(width * share), Math.round(height * share)];
  const [left, top] = [(width - keptWidth) >> 1, (height - keptHeight) >> 1];
  return photo.extract({ left, top, width: keptWidth, height: keptHeight });
}

const COPIES: Readonly<Record<string, (photo: Sharp) => Sharp | Promise<Sharp>>> = {
  "turned 90": (photo) => photo.rotate(90),
  "turned 180": (photo) => photo.rotate(180),
  "turned 270": (photo) => photo.rotate(270),
  mirrored: (photo) => photo.flop(),
  "white border of 5 %": (photo) => border(photo, 0.05, "#fff"),
  "black border of 12 %": (photo) => border(photo, 0.12, "#000"),
  "instant photo": (photo) => framed(photo, 0.06, 0.25, "#f4f1ea"),
  "square on white": (photo) => photo.resize(800, 800, { fit: "contain", background: "#fff" }),
  "thumbnail of 160": (photo) => photo.resize(160),
  "thumbnail of 64": (photo) => photo.resize(64),
  "square thumbnail of 96": (photo) => photo.resize(96, 96, { fit: "cover" }),
  "middle 80 %": (photo) => cropped(photo, 0.8),
  "middle 60 %": (photo) => cropped(photo, 0.6),
  "turned, with a border": async (photo) => border(sharp(await photo.rotate(90).toBuffer()), 0.06, "#1d3557"),
};

const store = new ModelStore({ directory: fileURLToPath(new URL("../.cache", import.meta.url)) });
const embedder = new OnnxEmbedder({ model: await store.locate(flags.model) });
const photos = captionedPhotos().filter(({ source }) => "path" in source);
if (photos.length === 0) console.log("No photos at hand: nothing to measure.");
else await inTemporaryFolder("glimpse-like-", measure);
await embedder.close();

async function measure(folder: string): Promise<void> {
  const items = photos.map(({ source }, at) => ({ name: `${at}.jpg`, source, lines: [] }));
  const { context, catalog, itemOf } = await memoryLibrary(folder, embedder, items);
  const step = photos.length / Number(flags.photos);
  const examples = Array.from({ length: Number(flags.photos) }, (_, nth) => Math.floor(nth * step));
  const rows: (string | number)[][] = [];
  for (const [name, make] of Object.entries(COPIES)) {
    let [first, amongTen, byCosine] = [0, 0, 0];
    for (const at of examples) {
      const source = photos[at]?.source;
      if (!source || !("path" in source)) continue;
      const bytes = await (await make(sharp(readFileSync(source.path)))).jpeg({ quality: 80 }).toBuffer();
      const { hits } = await find(context, {
        terms: [{ image: { bytes } }],
        scope: ENTIRE_LIBRARY,
        limit: 10,
      });
      const ranks = hits.findIndex(({ id }) => itemOf.get(id) === at);
      if (ranks === 0) first += 1;
      else if (flags.show) console.log(`${name}: ${source.path} is hit ${ranks + 1} (0: none of ten)`);
      if (ranks >= 0) amongTen += 1;
      const { embedding: vector } = await embedder.embedPicture({ bytes });
      const [nearest] = await context.vectors.nearest({ vector, scope: ENTIRE_LIBRARY, limit: 1 });
      const [record] = nearest ? await catalog.images.byKey([nearest.key], ENTIRE_LIBRARY, "first") : [];
      if (record && itemOf.get(record.record.id) === at) byCosine += 1;
    }
    rows.push([name, ...[first, amongTen, byCosine].map((count) => `${count} of ${examples.length}`)]);
  }
  console.log(`\n${embedder.space}: copies of ${examples.length} photos, asked for among ${photos.length}\n`);
  table(["copy", "the original comes first", "among ten", "first by cosine alone"], rows);
  await catalog.close();
}
