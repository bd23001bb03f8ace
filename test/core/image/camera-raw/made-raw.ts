import { box } from "../heif/made-heif.ts";

/** A field of a directory: numbers, a text, another directory, or where a block of bytes lies. */
type Value =
  | { readonly shorts: readonly number[] }
  | { readonly text: string }
  | { readonly directory: Directory }
  | { readonly at: Buffer };
type Directory = Readonly<Record<number, Value>>;

const SHORT = 3;
const LONG = 4;
const ASCII = 2;

const asText = (text: string) => Buffer.from(`${text}\0`, "latin1");

/** A TIFF of these directories and blocks, under any signature, `mark` right behind its head. */
export function madeTiff(first: Directory, { isLittle = true, signature = "", mark = "" } = {}): Buffer {
  const parts: Buffer[] = [Buffer.from(mark, "latin1")];
  let length = 8 + mark.length;
  const put = (bytes: Buffer): number => {
    const at = length;
    parts.push(bytes, Buffer.alloc(bytes.length % 2));
    length += bytes.length + (bytes.length % 2);
    return at;
  };
  const number = (bytes: Buffer, size: 2 | 4, value: number, at: number) =>
    isLittle ? bytes.writeUIntLE(value, at, size) : bytes.writeUIntBE(value, at, size);
  const putDirectory = (directory: Directory): number => {
    const entries = Object.entries(directory);
    const bytes = Buffer.alloc(2 + 12 * entries.length + 4);
    number(bytes, 2, entries.length, 0);
    for (const [index, [tag, value]] of entries.entries()) {
      const at = 2 + 12 * index;
      number(bytes, 2, Number(tag), at);
      if ("shorts" in value) {
        number(bytes, 2, SHORT, at + 2);
        number(bytes, 4, value.shorts.length, at + 4);
        for (const [position, short] of value.shorts.entries())
          number(bytes, 2, short, at + 8 + 2 * position);
        continue;
      }
      const block =
        "directory" in value
          ? putDirectory(value.directory)
          : put("at" in value ? value.at : asText(value.text));
      number(bytes, 2, "text" in value ? ASCII : LONG, at + 2);
      number(bytes, 4, "text" in value ? value.text.length + 1 : 1, at + 4);
      number(bytes, 4, block, at + 8);
    }
    return put(bytes);
  };
  const offset = putDirectory(first);
  const head = Buffer.alloc(8);
  head.write(isLittle ? "II" : "MM", "latin1");
  number(head, 2, 42, 2);
  if (signature) head.write(signature, "latin1");
  number(head, 4, offset, 4);
  return Buffer.concat([head, ...parts]);
}

/** Numbers of the fields, as TIFF 6.0, EXIF and DNG have them. */
export const tags = {
  subfile: 254,
  width: 256,
  height: 257,
  compression: 259,
  photometric: 262,
  make: 271,
  strips: 273,
  orientation: 274,
  subDirectories: 330,
  jpeg: 513,
  exif: 0x8769,
  dateTimeOriginal: 0x9003,
  dngVersion: 50706,
} as const;

export interface MadeRaw {
  readonly preview: Buffer;
  readonly orientation?: number;
  readonly takenAt?: string;
  readonly sensorData?: Buffer;
}

/** As NEF, ARW, DNG, PEF and SRW are built: a reduced picture first, what the sensor saw in a directory below. */
export const rawDirectory = ({
  preview,
  orientation = 1,
  takenAt,
  sensorData = NOISE,
}: MadeRaw): Directory => ({
  [tags.subfile]: { shorts: [1] },
  [tags.make]: { text: "MADE" },
  [tags.orientation]: { shorts: [orientation] },
  [tags.subDirectories]: {
    directory: {
      [tags.photometric]: { shorts: [32803] },
      [tags.strips]: { at: sensorData },
    },
  },
  [tags.jpeg]: { at: preview },
  ...(takenAt && { [tags.exif]: { directory: { [tags.dateTimeOriginal]: { text: takenAt } } } }),
});

export const NOISE = Buffer.from(
  Array.from({ length: 40_000 }, (_, at) => (at * 167 + (at >> 3) * 13) & 255),
);

/** Fujifilm's: its own head, then the JPEG, which alone says how it is turned and when it was taken. */
export const madeFujifilm = (preview: Buffer) =>
  Buffer.concat([Buffer.from("FUJIFILMCCD-RAW 0201".padEnd(160, "\0"), "latin1"), preview, NOISE]);

/** Canon's CR3: EXIF in TIFF blocks of their own, the JPEG somewhere behind. */
export const madeCanonBoxes = ({ preview, orientation = 1, takenAt = "" }: MadeRaw) =>
  Buffer.concat([
    box("ftyp", Buffer.from("crx \0\0\0\x01crx isom", "latin1")),
    box(
      "moov",
      box(
        "uuid",
        Buffer.alloc(16, 7),
        box("CMT1", madeTiff({ [tags.orientation]: { shorts: [orientation] } })),
        box("CMT2", madeTiff({ [tags.dateTimeOriginal]: { text: takenAt } })),
      ),
    ),
    box("mdat", NOISE, preview, NOISE),
  ]);
