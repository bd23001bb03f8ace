import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { madeTiff, rawDirectory } from "../../core/image/camera-raw/made-raw.ts";
import { drawing } from "../../core/image/drawing.ts";
import {
  canEncodeHevc,
  codedItem,
  encodedHeic,
  gridItem,
  hevcOf,
  madeHeif,
} from "../../core/image/heif/made-heif.ts";
import { DENSE, makeFilm, SPARSE } from "../../support/films.ts";
import { seededRandom } from "../../support/random-embeddings.ts";

type Random = () => number;

export interface Fuzzed {
  readonly format: string;
  readonly bytes: Uint8Array;
}

/** HEIC where libheif's encoder is installed. */
const FORMATS = [
  "jpeg",
  "progressive jpeg",
  "png",
  "interlaced png",
  "webp",
  "lossless webp",
  "gif",
  "animated gif",
  "tiff",
  "avif",
  "bmp",
  "raw",
  ...(canEncodeHevc ? ["heic", "tiled heic"] : []),
];

/** Valid pictures of every format, with the parts that trip decoders up: EXIF, ICC, XMP, frames, tiles. */
async function originals(): Promise<Map<string, Buffer>> {
  const drawn = () =>
    drawing(4, 96, 64)
      .withExif({ IFD0: { Make: "x", Orientation: "6" } })
      .withIccProfile("p3");
  const raw = await drawing(5, 32, 24).raw().toBuffer();
  const frames = await sharp(Buffer.concat([raw, raw, raw]), {
    raw: { width: 32, height: 72, channels: 3, pageHeight: 24 },
  })
    .gif()
    .toBuffer();
  const made = [
    drawn().jpeg().toBuffer(),
    drawn().jpeg({ progressive: true, chromaSubsampling: "4:2:0" }).toBuffer(),
    drawn().png().toBuffer(),
    drawn().png({ progressive: true, palette: true }).toBuffer(),
    drawn().webp().toBuffer(),
    drawn().webp({ lossless: true }).toBuffer(),
    drawn().gif().toBuffer(),
    frames,
    drawn().tiff({ tile: true, compression: "lzw" }).toBuffer(),
    drawn().avif({ effort: 0 }).toBuffer(),
    bitmap(raw, 32, 24),
    drawing(6, 1000, 700).jpeg({ quality: 30 }).toBuffer().then(rawFile),
    ...(canEncodeHevc
      ? [
          drawing(4, 96, 64)
            .png()
            .toBuffer()
            .then((png) => encodedHeic(png)),
          tiledHeic(),
        ]
      : []),
  ];
  const all = await Promise.all(made);
  return new Map(FORMATS.map((format, at) => [format, all[at] ?? Buffer.alloc(0)]));
}

/** With a preview that is shown, and what the sensor saw. */
const rawFile = (preview: Buffer) =>
  madeTiff(rawDirectory({ preview, orientation: 6, takenAt: "2020:01:02 03:04:05" }));

async function tiledHeic(): Promise<Buffer> {
  const coded = await hevcOf(await drawing(7, 64, 64).png().toBuffer());
  const tiles = [0, 1].map(() => codedItem(coded));
  return madeHeif({ items: [...tiles, gridItem(1, 2, 128, 64, [0, 1])], primary: 2 });
}

/** Uncompressed, 24 bits, bottom row first. */
function bitmap(rgb: Buffer, width: number, height: number): Buffer {
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(54 + rgb.length, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, rgb]);
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const mutations: readonly ((bytes: Buffer, random: Random, other: Buffer) => Buffer)[] = [
  (bytes, random) => times(bytes, 1 + random() * 8, (copy) => (copy[at(copy, random)] = random() * 256)),
  (bytes, random) =>
    times(bytes, 1 + random() * 4, (copy) => (copy[headerAt(copy, random)] = random() * 256)),
  (bytes, random) =>
    times(bytes, 1 + random() * 3, (copy) => {
      const value = INTERESTING[Math.floor(random() * INTERESTING.length)] ?? 0;
      const place = Math.min(headerAt(copy, random), copy.length - 4);
      if (place < 0) return;
      if (random() < 0.5) copy.writeUInt32BE(value, place);
      else copy.writeUInt32LE(value, place);
    }),
  (bytes, random) => bytes.subarray(0, at(bytes, random)),
  (bytes, random) => {
    const [start, end] = [at(bytes, random), at(bytes, random)].sort((a, b) => a - b);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  (bytes, random) => {
    const [start, end] = [at(bytes, random), at(bytes, random)].sort((a, b) => a - b);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random))]),
  (bytes, random) =>
    Buffer.concat([bytes.subarray(0, 16), Buffer.from(Array.from({ length: 400 }, () => random() * 256))]),
];

const at = (bytes: Buffer, random: Random) => Math.floor(random() * bytes.length);
/** Most of the structure is near the start. */
const headerAt = (bytes: Buffer, random: Random) => Math.floor(random() ** 3 * Math.min(bytes.length, 600));

function times(bytes: Buffer, count: number, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) for (let i = 0; i < Math.floor(count); i++) change(copy);
  return copy;
}

/**
 * The same pictures for the same seed, cycling through the formats.
 * @param only words of formats' names: "heic" is also what is in tiles. Default: all
 */
export async function* fuzzedPictures(
  count: number,
  seed: number,
  only: readonly string[] = [],
): AsyncGenerator<Fuzzed> {
  yield* mutated(among(await originals(), only), count, seed);
}

/** Films in the same way, and animations whose frames are decoded one by one. */
export async function* fuzzedFilms(
  count: number,
  seed: number,
  only: readonly string[] = [],
): AsyncGenerator<Fuzzed> {
  yield* mutated(among(await films(), only), count, seed);
}

const among = (sound: ReadonlyMap<string, Buffer>, only: readonly string[]) =>
  only.length === 0
    ? sound
    : new Map([...sound].filter(([format]) => format.split(" ").some((word) => only.includes(word))));

async function films(): Promise<Map<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), "glimpse-films-"));
  try {
    const made = new Map<string, Buffer>();
    const options = { shots: 3, secondsEach: 0.5, width: 64, height: 48 };
    for (const [name, encoded] of Object.entries(ENCODED)) {
      await makeFilm(join(folder, name), { ...options, encoded });
      made.set(name.slice("film.".length), await readFile(join(folder, name)));
    }
    return made;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ENCODED: Readonly<Record<string, readonly string[]>> = {
  "film.mp4": SPARSE,
  "film.mov": DENSE,
  "film.webm": ["-c:v", "libvpx", "-deadline", "realtime"],
  "film.mkv": SPARSE,
  "film.avi": DENSE,
  "film.gif": ["-pix_fmt", "rgb8"],
  "film.webp": ["-c:v", "libwebp", "-loop", "0"],
};

async function* mutated(
  sound: ReadonlyMap<string, Buffer>,
  count: number,
  seed: number,
): AsyncGenerator<Fuzzed> {
  const random = seededRandom(seed);
  const formats = [...sound.keys()];
  for (let round = 0; round < count; round++) {
    const format = formats[round % formats.length] ?? "";
    const other = sound.get(formats[Math.floor(random() * formats.length)] ?? "") ?? Buffer.alloc(0);
    const mutate = mutations[Math.floor(random() * mutations.length)];
    const bytes = sound.get(format) ?? Buffer.alloc(0);
    yield { format, bytes: mutate?.(bytes, random, other) ?? bytes };
  }
}
