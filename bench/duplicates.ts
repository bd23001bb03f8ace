/**
 * Duplicates. First in a realistic folder: photos with their edited versions, other photos, and several kinds of
 * look-alikes that are not copies. Glimpse and the installed peers search it:
 *
 *   python3 -m venv DIR && DIR/bin/pip install imagehash==4.3.2      (then PYTHON=DIR/bin/python)
 *   apt install findimagedupes
 *
 * Then how long the search takes in large libraries of noise.
 *
 *   npx tsx bench/duplicates.ts [--seed tune|test] [--photos 100] [--others 400] [--look-alikes 40] [--nine]
 *     [--alone] [--without-peers] [--keep FOLDER] [--read-text] [--model pocket] [--scale 10000,100000]
 *
 * `--nine` takes only the nine usual versions. `--alone` searches again for each version, with only that version and
 * the photos in the library. `--keep` leaves the pictures in FOLDER and takes them from there the next time. `--read-text` reads
 * text too, by whose words look-alikes are told apart as well. `--photos 0` and `--scale 0` skip a part.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { openCatalog } from "../src/core/catalog/open-catalog.ts";
import { findDuplicates } from "../src/core/duplicates/find-duplicates.ts";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { ENTIRE_LIBRARY, type Library } from "../src/core/index.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { openLibrary } from "../src/core/open-library.ts";
import type { NewImage } from "../src/core/ports.ts";
import type { DuplicateGroup, ImageId, ImageRecord, Placement } from "../src/core/types.ts";
import { FakeEmbedder } from "../test/support/fake-embedder.ts";
import { type CollectionFile, writeCollection } from "./duplicate-collection.ts";
import { peerAnswers } from "./duplicate-peers.ts";
import { type Answer, neighboursOf, printScores } from "./duplicate-scores.ts";
import { noisePictures } from "./noise-pictures.ts";
import { smallPhotos } from "./photos.ts";
import { inTemporaryFolder } from "./report.ts";
import { versionsOf } from "./transformed-copies.ts";

const { values: flags } = parseArgs({
  options: {
    seed: { type: "string", default: "tune" },
    photos: { type: "string", default: "100" },
    others: { type: "string", default: "400" },
    "look-alikes": { type: "string", default: "40" },
    nine: { type: "boolean", default: false },
    alone: { type: "boolean", default: false },
    "without-peers": { type: "boolean", default: false },
    keep: { type: "string" },
    "read-text": { type: "boolean", default: false },
    model: { type: "string", default: "pocket" },
    scale: { type: "string", default: "10000" },
  },
});
const cache = fileURLToPath(new URL("../.cache", import.meta.url));
const versions = versionsOf({ further: !flags.nine });

if (Number(flags.photos) > 0) {
  if (flags.keep === undefined) await inTemporaryFolder("glimpse-versions-", measureCollection);
  else await measureCollection(flags.keep);
}
for (const size of flags.scale.split(",").map(Number)) if (size > 0) await measureScale(size);

async function measureCollection(folder: string): Promise<void> {
  const collection = { pictures: join(folder, "pictures"), files: await filesIn(folder) };
  const directory = join(folder, "library");
  await rm(directory, { recursive: true, force: true });
  const library = await openLibrary({ directory, model: flags.model, readText: flags["read-text"] });
  const answers = await glimpseAnswers(library, collection);
  await library.close();
  const peers = flags["without-peers"] ? [] : await peerAnswers(collection.pictures);
  printScores(collection.files, versions, [...answers, ...peers]);
}

interface Collection {
  /** The folder. */
  readonly pictures: string;
  readonly files: readonly CollectionFile[];
}

async function filesIn(folder: string): Promise<CollectionFile[]> {
  const list = join(folder, "files.json");
  if (existsSync(list)) return JSON.parse(readFileSync(list, "utf8"));
  const files = await writeCollection(join(folder, "pictures"), {
    cache,
    seed: flags.seed === "test" ? "test" : "tune",
    photos: Number(flags.photos),
    others: Number(flags.others),
    perKind: Number(flags["look-alikes"]),
    versions,
  });
  writeFileSync(list, JSON.stringify(files));
  return files;
}

async function glimpseAnswers(library: Library, { pictures, files }: Collection): Promise<Answer[]> {
  const start = performance.now();
  const report = await library.add([pictures]);
  const added = performance.now();
  const groups = await library.within(ENTIRE_LIBRARY).duplicates();
  const ended = performance.now();
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  console.log(
    `${files.length} pictures: added in ${seconds(added - start)} s (${report.skipped.length} skipped), ` +
      `${groups.length} groups in ${seconds(ended - added)} s`,
  );
  const pathOf = ({ placements: [first] }: ImageRecord) =>
    first?.kind === "file" ? relative(pictures, first.path) : "";
  const pathsOf = ({ keeper, members }: DuplicateGroup) =>
    [keeper, ...members.map(({ image }) => image)].map(pathOf);
  const ids = await idsOf(library, { pictures, files });
  const together: Answer = {
    program: "Glimpse",
    neighbours: neighboursOf(groups.map(pathsOf)),
    keepers: new Set(groups.map(({ keeper }) => pathOf(keeper))),
    merged: neighboursOf(await mergedHits(library, { pictures, files }, ids)),
  };
  if (!flags.alone) return [together];
  const alone: DuplicateGroup[] = [];
  for (const { name } of versions) {
    const some = files.filter(
      ({ source, version }) => source.startsWith("photo-") && (version ?? name) === name,
    );
    const scope = { ...ENTIRE_LIBRARY, ids: some.flatMap(({ path }) => ids.get(path) ?? []) };
    alone.push(...(await library.within(scope).duplicates()));
  }
  return [
    together,
    {
      program: "Glimpse, each version alone",
      neighbours: neighboursOf(alone.map(pathsOf)),
      copiesOnly: true,
    },
  ];
}

async function idsOf(library: Library, { pictures, files }: Collection): Promise<Map<string, ImageId>> {
  const view = library.within(ENTIRE_LIBRARY);
  const ids = new Map<string, ImageId>();
  for (const { path } of files) ids.set(path, (await view.resolveImage(join(pictures, path))).id);
  return ids;
}

/** What a text query merges; run within each folder, so that every look-alike is on the first page. */
async function mergedHits(
  library: Library,
  { pictures, files }: Collection,
  ids: ReadonlyMap<string, ImageId>,
): Promise<string[][]> {
  const paths = new Map([...ids].map(([path, id]) => [id, path]));
  const merged: string[][] = [];
  for (const folder of new Set(files.map(({ path }) => path.slice(0, path.indexOf("/"))))) {
    const view = library.within({ files: { folders: [join(pictures, folder)] }, discord: "none" });
    const { hits } = await view.find({ terms: [{ text: "a picture" }], limit: 1000 });
    merged.push(...hits.map(({ id, alike }) => [id, ...alike].map((each) => paths.get(each) ?? "")));
  }
  return merged;
}

/** Noise with the spectrum of photos; one picture in a hundred has a copy with nearly the same fingerprint. */
async function measureScale(size: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "glimpse-duplicates-"));
  const catalog = await openCatalog({ path: join(folder, "catalog.db") });
  const { pictures, copies } = noisePictures(size);
  const originals = size - copies;
  const thumbnails = await photoThumbnails();
  // The compared pixels are those of photos; a copy has the pixels of its original.
  const thumbnailOf = (at: number) => thumbnails[(at % originals) % thumbnails.length] ?? new Uint8Array();
  for (let start = 0; start < pictures.length; start += 1000) {
    await catalog.images.put(
      pictures.slice(start, start + 1000).map(
        (made, at): NewImage => ({
          ...made,
          // As small as their thumbnails: of a larger picture only its original, which there is none of, would tell all.
          picture: { ...made.picture, width: 256, height: 192, thumbnail: thumbnailOf(start + at) },
          placement: placementOf(start + at),
          space: "noise@0",
        }),
      ),
    );
  }
  const store = new ModelStore({ directory: cache });
  const child = new OnnxEmbedder({ model: await store.locate(flags.model) });
  const fake = new FakeEmbedder({ space: "noise@0", dimensions: 4 });
  // Compared in the embedding process, as in a library.
  const embedder = Object.assign(fake, { compare: child.compare.bind(child) });
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last - 5);
    last = performance.now();
  }, 5);
  const start = performance.now();
  const groups = await findDuplicates(
    { catalog, embedder, vectors: { nearest: async () => [] }, originals: { read: async () => undefined } },
    { scope: ENTIRE_LIBRARY },
  );
  const seconds = (performance.now() - start) / 1000;
  clearInterval(beat);
  const memory = process.memoryUsage().rss / 1024 ** 2;
  console.log(
    `\n${size} pictures: ${seconds.toFixed(1)} s, ${groups.length} groups (${copies} copies planted), ` +
      `event loop held up for ${longest.toFixed(0)} ms at most, ${memory.toFixed(0)} MB resident`,
  );
  await child.close();
  await catalog.close();
  await rm(folder, { recursive: true, force: true });
}

async function photoThumbnails(): Promise<Buffer[]> {
  const files = await smallPhotos(cache, 200);
  return Promise.all(
    files.map((file) => sharp(file).resize(256, 256, { fit: "inside" }).webp({ quality: 80 }).toBuffer()),
  );
}

function placementOf(at: number): Placement {
  return {
    kind: "file",
    root: "/photos",
    path: `/photos/${at}.jpg`,
    bytes: 100_000,
    modifiedAt: 0,
    online: true,
  };
}
