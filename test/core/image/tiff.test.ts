import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import type { ImageRecipe } from "../../../src/core/types.ts";
import { clip, drawing } from "./drawing.ts";
import { bytesOf, type Page, tiff } from "./made-tiff.ts";

const recipe: ImageRecipe = { ...clip, resize: "squash", mean: [0, 0, 0], std: [1, 1, 1] };
const read = (bytes: Uint8Array) => readPicture(bytes, recipe, DEFAULT_PICTURE_LIMITS);
const size = { width: 120, height: 90 };

const grey = (await drawing(5, size.width, size.height).greyscale().raw().toBuffer()) as Buffer;
const rgb = (await drawing(5, size.width, size.height).raw().toBuffer()) as Buffer;
const colour = { 262: [2], 277: [3] };
const three = (value: number) => [value, value, value];
const floats = (values: Uint8Array, change: (value: number) => number) =>
  bytesOf(Float32Array.from(values, change));

const greyPage = (pixels: Uint8Array, fields: Page["fields"] = {}) => tiff({ ...size, pixels, fields });
const expected = {
  grey: await read(greyPage(grey)),
  rgb: await read(tiff({ ...size, pixels: rgb, fields: { ...colour, 258: three(8) } })),
};

async function furthestGrey(thumbnail: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all(
    [thumbnail, other].map((each) => sharp(each).greyscale().raw().toBuffer()),
  );
  expect(a).toHaveLength(b!.length);
  return a!.reduce((most, value, at) => Math.max(most, Math.abs(value - b![at]!)), 0);
}

describe("numbers of other kinds show the tones that they mean", () => {
  const float = { 258: [32], 339: [3] };
  const kinds: Record<string, [keyof typeof expected, Buffer]> = {
    "floats up to 1": [
      "grey",
      greyPage(
        floats(grey, (v) => v / 255),
        float,
      ),
    ],
    "floats up to 255": [
      "grey",
      greyPage(
        floats(grey, (v) => v),
        float,
      ),
    ],
    "floats up to 65,535": [
      "grey",
      greyPage(
        floats(grey, (v) => v * 257),
        float,
      ),
    ],
    "floats with some that are no numbers": [
      "grey",
      greyPage(
        floats(grey, (v) => (v === 0 ? Number.NaN : v / 255)),
        float,
      ),
    ],
    "colours as floats": [
      "rgb",
      tiff({
        ...size,
        pixels: floats(rgb, (v) => v / 255),
        fields: { ...colour, 258: three(32), 339: three(3) },
      }),
    ],
    "colours as floats up to 255": [
      "rgb",
      tiff({ ...size, pixels: floats(rgb, (v) => v), fields: { ...colour, 258: three(32), 339: three(3) } }),
    ],
    "16 bits": ["grey", greyPage(bytesOf(Uint16Array.from(grey, (v) => v * 257)), { 258: [16] })],
    "12 bits kept in 16": ["grey", greyPage(bytesOf(Uint16Array.from(grey, (v) => v << 4)), { 258: [16] })],
    "10 bits kept in 16": ["grey", greyPage(bytesOf(Uint16Array.from(grey, (v) => v << 2)), { 258: [16] })],
    "8 bits kept in 16": ["grey", greyPage(bytesOf(Uint16Array.from(grey, (v) => v)), { 258: [16] })],
    "0 as white": [
      "grey",
      greyPage(
        grey.map((v) => 255 - v),
        { 262: [0] },
      ),
    ],
  };
  test.each(Object.entries(kinds))("%s", async (_, [kind, bytes]) => {
    const { picture, pixels } = await read(bytes);
    expect(await furthestGrey(picture.thumbnail, expected[kind].picture.thumbnail)).toBeLessThan(14);
    const difference = pixels.reduce(
      (sum, value, at) => sum + Math.abs(value - expected[kind].pixels[at]!),
      0,
    );
    expect((255 * difference) / pixels.length).toBeLessThan(1);
  });
});

describe("what cannot be shown as it is meant is refused, and not called damaged", () => {
  const doubles = bytesOf(Float64Array.from(grey, (v) => v / 255));
  const kinds: Record<string, Buffer> = {
    "floats from 0 to 8": greyPage(
      floats(grey, (v) => v / 32),
      { 258: [32], 339: [3] },
    ),
    "floats of next to nothing, all of which would be black": greyPage(
      floats(grey, (v) => v / 25_500),
      { 258: [32], 339: [3] },
    ),
    "floats around 0": greyPage(
      floats(grey, (v) => v - 128),
      { 258: [32], 339: [3] },
    ),
    "floats without end": greyPage(
      floats(grey, (v) => (v > 100 ? Number.POSITIVE_INFINITY : v)),
      { 258: [32], 339: [3] },
    ),
    "floats where 0 is white": greyPage(
      floats(grey, (v) => v / 255),
      { 258: [32], 339: [3], 262: [0] },
    ),
    "half floats": greyPage(bytesOf(Uint16Array.from(grey, (v) => v << 6)), { 258: [16], 339: [3] }),
    doubles: greyPage(doubles, { 258: [64], 339: [3] }),
    "signed bytes": greyPage(grey, { 339: [2] }),
    "signed 16 bits": greyPage(bytesOf(Int16Array.from(grey, (v) => v << 6)), { 258: [16], 339: [2] }),
    "32 bits": greyPage(bytesOf(Uint32Array.from(grey, (v) => v * 16_843_009)), { 258: [32] }),
    "12 bits": greyPage(grey, { 258: [12] }),
    CIELAB: tiff({ ...size, pixels: rgb, fields: { 262: [8], 277: [3], 258: three(8) } }),
    "the sensor's own pattern": greyPage(grey, { 262: [32_803] }),
    "planes in tiles": tiff({
      ...size,
      pixels: Buffer.concat([rgb, Buffer.alloc(3 * 128 * 96)]),
      fields: {
        ...colour,
        258: three(8),
        284: [2],
        322: [128],
        323: [96],
        324: [8, 8 + 128 * 96, 8 + 2 * 128 * 96],
        325: three(128 * 96),
      },
    }),
    ...Object.fromEntries(
      Object.entries({
        "old JPEG": 6,
        PixarLog: 32_909,
        JBIG: 34_661,
        "JPEG 2000": 34_712,
        LERC: 34_887,
        LZMA: 34_925,
        Zstandard: 50_000,
        "JPEG XL": 50_002,
        "no known compression": 60_123,
      }).map(([name, code]) => [
        name,
        tiff({ ...size, pixels: rgb, fields: { ...colour, 258: three(8), 259: [code] } }),
      ]),
    ),
  };
  test.each(Object.entries(kinds))("%s", async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: "unsupported-format",
      message: expect.stringMatching(/\.$/),
    });
  });

  test("a cut one is damaged", async () => {
    const whole = await drawing(5, 300, 200).tiff({ compression: "lzw" }).toBuffer();
    for (const part of [0.2, 0.5, 0.95])
      await expect(read(whole.subarray(0, whole.length * part))).rejects.toMatchObject({ code: "damaged" });
  });
});

describe("pages", () => {
  const page = (value: number, fields: Page["fields"] = {}) => ({
    ...size,
    pixels: new Uint8Array(size.width * size.height).fill(value),
    fields,
  });

  test("of several the first is read, and their number noted", async () => {
    const { picture, pixels } = await read(tiff(page(200), page(10), page(20)));
    expect(picture.pages).toBe(3);
    expect(Math.round(pixels[1000]! * 255)).toBe(200);
  });

  test("a single one is not noted, nor are its reduced copies", async () => {
    expect((await read(tiff(page(200)))).picture).not.toHaveProperty("pages");
    expect((await read(tiff(page(200), page(200, { 254: [1] })))).picture).not.toHaveProperty("pages");
  });

  test("a reduced copy before its page is passed over", async () => {
    const small = { width: 8, height: 6, pixels: new Uint8Array(48).fill(10), fields: { 254: [1] } };
    const { picture, pixels } = await read(tiff(small, page(200), page(20)));
    expect(picture).toMatchObject({ ...size, pages: 2 });
    expect(Math.round(pixels[1000]! * 255)).toBe(200);
    // Of nothing else, the first is all there is.
    expect((await read(tiff(small, { ...page(200), fields: { 254: [1] } }))).picture).toMatchObject({
      width: 8,
    });
  });

  test("a chain of pages that bites its own tail ends", async () => {
    const made = tiff(page(200), page(10));
    const first = made.readUInt32LE(4);
    const next = made.readUInt32LE(first + 2 + 12 * made.readUInt16LE(first));
    made.writeUInt32LE(first, next + 2 + 12 * made.readUInt16LE(next));
    expect(
      await read(made).then(
        () => "read",
        ({ code }) => code,
      ),
    ).toMatch(/^(read|damaged)$/);
  });
});

describe("values beside the colours", () => {
  const rgba = (opacity: number) => Buffer.from(Array.from(grey, (value) => [value, 30, 30, opacity]).flat());
  const made = (meaning: number) =>
    tiff({ ...size, pixels: rgba(0), fields: { 262: [2], 277: [4], 258: [8, 8, 8, 8], 338: [meaning] } });

  test("are opacity where the file says so", async () => {
    expect((await read(made(2))).pixels.every((value) => value === 1)).toBe(true);
  });

  test("are an editor's own where it does not", async () => {
    const { pixels } = await read(made(0));
    expect(Math.round(pixels[224 * 224 + 1000]! * 255)).toBe(30);
  });
});

test("colours that would be shown false are refused, those in a JPEG are read", async () => {
  const ycbcr = { 262: [6], 277: [3], 258: three(8), 530: [1, 1] };
  await expect(read(tiff({ ...size, pixels: rgb, fields: ycbcr }))).rejects.toThrow(/YCbCr/);
  const inJpeg = await sharp(rgb, { raw: { ...size, channels: 3 } })
    .tiff({ compression: "jpeg" })
    .toBuffer();
  expect(await read(inJpeg)).toMatchObject({ picture: { format: "tiff" } });
});

test.each([
  [50_000, "Zstandard"],
  [34_925, "LZMA"],
  [34_887, "LERC"],
])(
  "one compressed by what the decoder lacks (%i) is refused by its name, in tiles too",
  async (compression, name) => {
    const pixels = Buffer.alloc(128 * 128, 1);
    const tiles = { 259: [compression], 322: [128], 323: [128], 324: [8], 325: [pixels.length] };
    for (const fields of [{ 259: [compression] }, tiles])
      await expect(read(greyPage(grey, fields))).rejects.toMatchObject({
        code: "unsupported-format",
        message: `It is a TIFF compressed by ${name}, which is not read. Export it as JPEG or PNG and add that.`,
      });
  },
);
