import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { seededRandom } from "../test/support/random-embeddings.ts";
import { documents } from "./look-alikes/documents.ts";
import type { LookAlikes } from "./look-alikes/drawing.ts";
import { graphics } from "./look-alikes/graphics.ts";
import { screens } from "./look-alikes/screens.ts";
import { smallPhotos } from "./photos.ts";
import { validationPictures } from "./training-pictures.ts";
import type { Transformation } from "./transformed-copies.ts";

/** A file of the collection, by its path inside it. */
export interface CollectionFile {
  readonly path: string;
  /** Files of one source show one picture. */
  readonly source: string;
  /** What was done to the photo; undefined for an untouched picture. */
  readonly version?: string;
  /** The kind of look-alike. */
  readonly kind?: string;
}

export interface CollectionOptions {
  /** Where missing photos are generated. */
  readonly cache: string;
  /** Tuning and testing take different photos and draw different look-alikes. */
  readonly seed: "tune" | "test";
  /** How many photos have their versions beside them. */
  readonly photos: number;
  /** Photos that have none. */
  readonly others: number;
  /** Look-alikes of each kind. */
  readonly perKind: number;
  readonly versions: readonly Transformation[];
}

const DAY = 86_400;
const NEWEST = Date.UTC(2026, 0, 1) / 1000;
/** Look-alikes of one template, layout or scene. */
const PER_TEMPLATE = 8;
const OTHER_SETS = new Set(["caltech101", "flowers5", "clothing", "houses", "pacs-photo", "tiny"]);

/** Writes the pictures of a collection into a folder. File dates do not reveal which version of a picture is the original. */
export async function writeCollection(folder: string, options: CollectionOptions): Promise<CollectionFile[]> {
  const random = seededRandom(options.seed === "tune" ? 1 : 2);
  const write = async (file: CollectionFile, bytes: Uint8Array) => {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    const date = NEWEST - Math.floor(random() * 2000) * DAY;
    await utimes(path, date, date);
    return file;
  };
  const [copied, alone] = await choosePhotos(options);
  const files: CollectionFile[] = [];
  for (const [at, photo] of copied.entries()) {
    const source = `photo-${at}`;
    files.push(await write({ path: `photos/${source}.jpg`, source }, photo));
    for (const [nth, version] of options.versions.entries()) {
      const bytes = await transformed(photo, version, options.seed, at);
      // Shorter than the photo's: the path must not reveal it either.
      const path = `photos/${nth}-${at}.${extensionOf(bytes)}`;
      files.push(await write({ path, source, version: version.name }, bytes));
    }
  }
  for (const [at, photo] of alone.entries()) {
    const path = `others/${at}.${extensionOf(photo)}`;
    files.push(await write({ path, source: path }, photo));
  }
  const kinds = [...documents, ...graphics, ...screens(await photoFiles(options))];
  for (const { name: kind, draw } of kinds) {
    for (const [at, bytes] of (await drawn(draw, random, options.perKind)).entries()) {
      const path = `${kind.replaceAll(" ", "-")}/${at}.${extensionOf(bytes)}`;
      files.push(await write({ path, source: path, kind }, bytes));
    }
  }
  return files;
}

async function drawn(draw: LookAlikes["draw"], random: () => number, count: number): Promise<Buffer[]> {
  const pictures: Buffer[] = [];
  while (pictures.length < count) {
    pictures.push(...(await draw(random, Math.min(PER_TEMPLATE, count - pictures.length))));
  }
  return pictures;
}

async function transformed(
  photo: Buffer,
  { make }: Transformation,
  seed: string,
  at: number,
): Promise<Buffer> {
  const random = seededRandom(at + (seed === "tune" ? 1 : 100_001));
  const chances = Array.from({ length: 5 }, () => random());
  return make(photo, (nth) => chances[nth] ?? 0.5);
}

const extensionOf = (bytes: Uint8Array) => (bytes[0] === 0xff ? "jpg" : bytes[0] === 0x89 ? "png" : "webp");

async function photoFiles({ cache, seed }: CollectionOptions): Promise<string[]> {
  const first = seed === "tune" ? 0 : 1;
  return (await smallPhotos(cache, 700)).filter((_, at) => at % 2 === first);
}

/** Those with versions and those without. Each photo once: the sample photos hold a copy, and a plain gradient. */
async function choosePhotos(options: CollectionOptions): Promise<[Buffer[], Buffer[]]> {
  const seen = new Set<string>();
  const photos: Buffer[] = [];
  for (const file of await photoFiles(options)) {
    const bytes = await readFile(file);
    if (!seen.has(bytes.toString("base64")) && !file.endsWith("unsplash-064.jpg")) photos.push(bytes);
    seen.add(bytes.toString("base64"));
  }
  const more = validationPictures(2000)
    .filter(({ set }) => OTHER_SETS.has(set))
    .map(({ bytes }) => Buffer.from(bytes));
  const others = [...photos.slice(options.photos), ...more].slice(0, options.others);
  return [photos.slice(0, options.photos), others];
}
