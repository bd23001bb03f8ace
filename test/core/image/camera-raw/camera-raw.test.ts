import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_PICTURE_LIMITS } from "../../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../../src/core/image/read-picture.ts";
import { exifBlock, exifTags, withExifBlock } from "../../../support/exif-block.ts";
import { clip, drawing } from "../drawing.ts";
import { renderedFrom } from "../rendered-from.ts";
import {
  type MadeRaw,
  madeCanonBoxes,
  madeFujifilm,
  madeTiff,
  NOISE,
  rawDirectory,
  tags,
} from "./made-raw.ts";

const read = async (bytes: Buffer) => (await readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS)).picture;
const TAKEN = "2019:03:04 05:06:07";
const wallClock = Date.UTC(2019, 2, 4, 5, 6, 7);

let large: Buffer;
let small: Buffer;

beforeAll(async () => {
  // The left half is red, the right one blue.
  const half = (background: string) => ({
    create: { width: 600, height: 800, channels: 3 as const, background },
  });
  large = await sharp({ create: { width: 1200, height: 800, channels: 3, background: "#d02020" } })
    .composite([{ input: half("#2030d0"), left: 600, top: 0 }])
    .jpeg({ quality: 90 })
    .toBuffer();
  small = await drawing(2, 160, 120).jpeg().toBuffer();
});

const containers: Record<string, (made: MadeRaw) => Buffer> = {
  "NEF, ARW, SRW": (made) => madeTiff(rawDirectory(made)),
  "PEF, big-endian": (made) => madeTiff(rawDirectory(made), { isLittle: false }),
  CR2: ({ preview, ...made }) => {
    const { [tags.subDirectories]: _, ...first } = rawDirectory({ preview, ...made });
    return madeTiff({ ...first, [tags.subfile]: { shorts: [0] } }, { mark: "CR\x02\0" });
  },
  DNG: (made) => madeTiff({ ...rawDirectory(made), [tags.dngVersion]: { shorts: [1] } }),
  ORF: (made) => madeTiff(rawDirectory(made), { signature: "IIRO" }),
  RW2: (made) => madeTiff(rawDirectory(made), { signature: "IIU\0" }),
  CR3: madeCanonBoxes,
};

describe.each(Object.entries(containers))("%s", (_, made) => {
  test("is shown by its largest preview, dated by its EXIF", async () => {
    const bytes = made({ preview: Buffer.concat([small, large]), takenAt: TAKEN });
    expect(await read(bytes)).toMatchObject({
      format: "raw",
      width: 1200,
      height: 800,
      bytes: bytes.length,
      takenAt: { wallClock, source: "exif-original" },
    });
  });

  test.each([
    [3, 1200, 800, "blue", "red"],
    [6, 800, 1200, "red", "red"],
    [8, 800, 1200, "blue", "blue"],
  ])(
    "is turned once, as orientation %d of the raw file says",
    async (orientation, width, height, left, right) => {
      // What the preview says of itself counts for nothing.
      const preview = await sharp(large).withMetadata({ orientation: 8 }).jpeg().toBuffer();
      const bytes = made({ preview, orientation });
      expect(await read(bytes)).toMatchObject({ width, height });
      expect(await topColours(bytes)).toEqual([left, right]);
    },
  );
});

/** Of the upper left and upper right corner. */
async function topColours(bytes: Buffer): Promise<string[]> {
  const { data, info } = await sharp((await renderedFrom(bytes, 300)).bytes)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [5, info.width - 6].map((x) => {
    const at = 3 * (5 * info.width + x);
    return (data[at] ?? 0) > (data[at + 2] ?? 0) ? "red" : "blue";
  });
}

test("RAF is dated and turned by its JPEG", async () => {
  const turned = await sharp(large).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect(await read(madeFujifilm(turned))).toMatchObject({ format: "raw", width: 800, height: 1200 });
  const dated = withExifBlock(large, exifBlock({ exif: { [exifTags.dateTimeOriginal]: TAKEN } }));
  expect(await read(madeFujifilm(dated))).toMatchObject({ takenAt: { wallClock } });
});

describe("which preview", () => {
  const raw = (more: Partial<MadeRaw> = {}) => madeTiff(rawDirectory({ preview: large, ...more }));

  test("under 1,000 pixels it is refused, with its size", async () => {
    await expect(read(raw({ preview: small }))).rejects.toMatchObject({
      code: "unsupported-format",
      message: expect.stringContaining("160 x 120"),
    });
    await expect(read(raw({ preview: Buffer.alloc(9) }))).rejects.toMatchObject({
      code: "unsupported-format",
    });
  });

  test("one that is cut is none", async () => {
    await expect(read(raw({ preview: large.subarray(0, -400) }))).rejects.toMatchObject({
      code: "unsupported-format",
    });
    expect(await read(raw({ preview: Buffer.concat([large.subarray(0, -400), large]) }))).toMatchObject({
      width: 1200,
    });
  });

  test("a thumbnail in its EXIF is no stream of its own", async () => {
    const preview = withExifBlock(large, Buffer.concat([exifBlock({}), small]));
    expect(await read(raw({ preview }))).toMatchObject({ width: 1200, height: 800 });
  });

  test("a JPEG of the sensor's data is none, with loss or without", async () => {
    const sensorData = await drawing(3, 2000, 1500).jpeg().toBuffer();
    expect(await read(raw({ sensorData }))).toMatchObject({ width: 1200, height: 800 });
    const lossless = Buffer.from(sensorData);
    lossless[lossless.indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc3;
    expect(await read(raw({ preview: Buffer.concat([lossless, large]) }))).toMatchObject({
      width: 1200,
      height: 800,
    });
  });

  test("progressive ones count too", async () => {
    const preview = await drawing(4, 1100, 900).jpeg({ progressive: true }).toBuffer();
    expect(await read(raw({ preview }))).toMatchObject({ width: 1100, height: 900 });
  });

  test("begun ever again, they are looked for in time that grows with the file", async () => {
    const begun = Buffer.concat(
      Array.from({ length: 4000 }, () => Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff])),
    );
    await expect(
      read(raw({ preview: Buffer.concat([begun, Buffer.alloc(4_000_000, 7)]) })),
    ).rejects.toMatchObject({
      code: "unsupported-format",
    });
  });
});

test("a TIFF that an editor made of a raw file is a TIFF", async () => {
  const tiff = await drawing(5, 300, 200)
    .withExif({ IFD0: { Make: "NIKON CORPORATION" } })
    .tiff()
    .toBuffer();
  expect(await read(tiff)).toMatchObject({ format: "tiff", width: 300, height: 200 });
});

test("a raw file cut before its preview is no TIFF of its thumbnail", async () => {
  const whole = madeTiff(rawDirectory({ preview: large, sensorData: Buffer.concat([NOISE, NOISE]) }));
  for (const share of [0.1, 0.5, 0.9]) {
    const cut = whole.subarray(0, Math.round(share * whole.length));
    const outcome = await read(cut).then(
      ({ format }) => format,
      ({ code }) => code,
    );
    expect(["unsupported-format", "damaged"]).toContain(outcome);
  }
});
