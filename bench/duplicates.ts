/**
 * Duplicates, end to end through `findDuplicates`: which transformed copies are grouped with their photo and which
 * unlike photos are taken for one, then how long large libraries take.
 *
 *   npx tsx bench/duplicates.ts [--photos 250] [--model pocket] [--scale 10000,100000]
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openCatalog } from "../src/core/catalog/open-catalog.ts";
import { findDuplicates } from "../src/core/duplicates/find-duplicates.ts";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import type { EmbeddedPicture, Embedder, NewImage } from "../src/core/ports.ts";
import type { DuplicateGroup, DuplicateKind, Placement } from "../src/core/types.ts";
import { seededRandom } from "../test/support/random-embeddings.ts";
import { noisePictures } from "./noise-pictures.ts";
import { smallPhotos } from "./photos.ts";
import { transformations } from "./transformed-copies.ts";

const { values: flags } = parseArgs({
  options: {
    photos: { type: "string", default: "250" },
    model: { type: "string", default: "pocket" },
    scale: { type: "string", default: "10000" },
  },
});
const cache = fileURLToPath(new URL("../.cache", import.meta.url));
const store = new ModelStore({ directory: cache });
const embedder = new OnnxEmbedder({ model: await store.locate(flags.model) });

/** A picture and the number of the photo it was made from. */
interface Made extends EmbeddedPicture {
  readonly name: string;
  readonly photo: number;
}

const files = await smallPhotos(cache, Number(flags.photos));
/** The sample photos contain a duplicate: the same bytes are the same photo. */
const photoOfId = new Map<string, number>();
const originals = await Promise.all(
  files.map((file, photo) => embed(`photo-${photo}`, photo, readFileSync(file))),
);
console.log(
  `${files.length} photos, model ${embedder.space}, similar from ${embedder.traits.thresholds.similar}\n`,
);
console.log("| copies of every photo | found beside it | aim | groups of different photos |");
console.log("| --- | --- | --- | --- |");
const alone = falseGroups(await groupsOf(originals), originals);
console.log(`| (the photos alone) | | at most 1 | ${alone} |`);
const everything = [...originals];
for (const { name, aim, make } of transformations) {
  const copies: Made[] = [];
  for (const [photo, file] of files.entries()) copies.push(await copyOf(file, photo, name, make));
  everything.push(...copies);
  const groups = await groupsOf([...originals, ...copies]);
  const wrong = falseGroups(groups, [...originals, ...copies]);
  console.log(`| ${name} | ${found(groups, copies).toFixed(3)} | ${aim ?? ""} | ${wrong} |`);
}
const groups = await groupsOf(everything);
const copies = everything.slice(originals.length);
const wrong = falseGroups(groups, everything);
console.log(`| all of them in one library | ${found(groups, copies).toFixed(3)} | | ${wrong} |`);
await embedder.close();
for (const size of flags.scale.split(",").map(Number)) await measureScale(size);

async function embed(name: string, photo: number, bytes: Uint8Array): Promise<Made> {
  const { picture, embedding } = await embedder.embedPicture({ bytes });
  const first = photoOfId.get(picture.id) ?? photo;
  photoOfId.set(picture.id, first);
  return { name, photo: first, picture, embedding };
}

async function copyOf(
  file: string,
  photo: number,
  name: string,
  make: (typeof transformations)[number]["make"],
): Promise<Made> {
  const random = seededRandom(photo + 1);
  const chances = Array.from({ length: 5 }, () => random());
  const bytes = await make(readFileSync(file), (nth) => chances[nth] ?? 0.5);
  return embed(`${name}-${photo}`, originals[photo]?.photo ?? photo, bytes);
}

/** Only similar pictures are found by their vectors. */
const noVectors = { nearest: async () => [] };

/** Groups found in a library of just these pictures. */
async function groupsOf(pictures: readonly Made[], kind: DuplicateKind = "same"): Promise<DuplicateGroup[]> {
  const catalog = await openCatalog({ path: ":memory:" });
  await catalog.images.put(pictures.map((made) => newImage(made, embedder.space)));
  const found = await findDuplicates(
    { catalog, embedder, vectors: noVectors },
    { scope: { files: "all", discord: "all" }, kind },
  );
  await catalog.close();
  return found;
}

function newImage({ name, picture, embedding }: Made, space: string): NewImage {
  const path = `/photos/${name}`;
  const placement: Placement = {
    kind: "file",
    root: "/photos",
    path,
    bytes: picture.bytes,
    modifiedAt: 0,
    online: true,
  };
  return { picture, placement, space, embedding };
}

function idsOf({ keeper, members }: DuplicateGroup): string[] {
  return [keeper.id, ...members.map(({ image }) => image.id)];
}

/** Share of the copies that are grouped with the photo they were made from. */
function found(groups: readonly DuplicateGroup[], copies: readonly Made[]): number {
  const groupOf = new Map(groups.flatMap((group, at) => idsOf(group).map((id) => [id, at] as const)));
  const beside = copies.filter(({ picture, photo }) => {
    const at = groupOf.get(picture.id);
    const original = originals[photo]?.picture.id ?? "";
    return picture.id === original || (at !== undefined && at === groupOf.get(original));
  });
  return beside.length / copies.length;
}

function falseGroups(groups: readonly DuplicateGroup[], pictures: readonly Made[]): number {
  const photoOf = new Map(pictures.map(({ picture, photo }) => [picture.id, photo]));
  return groups.filter((group) => new Set(idsOf(group).map((id) => photoOf.get(id))).size > 1).length;
}

/** Pictures of noise with a photo's spectrum, one in a hundred with a copy of nearly its own fingerprint. */
async function measureScale(size: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "glimpse-duplicates-"));
  const catalog = await openCatalog({ path: join(folder, "catalog.db") });
  const { pictures, copies } = noisePictures(size);
  for (let start = 0; start < pictures.length; start += 1000) {
    await catalog.images.put(
      pictures
        .slice(start, start + 1000)
        .map((made, at) => newImage({ ...made, name: `${start + at}` }, "noise@0")),
    );
  }
  const traits = embedder.traits;
  const noise: Pick<Embedder, "space" | "traits"> = { space: "noise@0", traits };
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last - 5);
    last = performance.now();
  }, 5);
  const start = performance.now();
  const groups = await findDuplicates(
    { catalog, embedder: noise, vectors: noVectors },
    { scope: { files: "all", discord: "all" } },
  );
  const seconds = (performance.now() - start) / 1000;
  clearInterval(beat);
  const memory = process.memoryUsage().rss / 1024 ** 2;
  console.log(
    `\n${size} pictures: ${seconds.toFixed(1)} s, ${groups.length} groups (${copies} copies planted), ` +
      `event loop held up for ${longest.toFixed(0)} ms at most, ${memory.toFixed(0)} MB resident`,
  );
  await catalog.close();
  await rm(folder, { recursive: true, force: true });
}
