import { createHash } from "node:crypto";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import { clip, drawing, siglip } from "./drawing.ts";

const read = (bytes: Uint8Array) => readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS);

const formats = {
  jpeg: drawing(1).jpeg(),
  png: drawing(1).png(),
  webp: drawing(1).webp(),
  gif: drawing(1).gif(),
  avif: drawing(1).avif({ effort: 0 }),
  tiff: drawing(1).tiff(),
};

test.each(Object.entries(formats))(
  "a %s gives facts, thumbnail, fingerprint and pixels",
  async (format, made) => {
    const bytes = await made.toBuffer();
    const { picture, pixels } = await read(bytes);
    expect(picture).toMatchObject({ format, width: 320, height: 240, bytes: bytes.length, takenAt: null });
    expect(picture.id).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(picture.fingerprint.length).toBeGreaterThan(0);
    expect(pixels).toHaveLength(3 * 224 * 224);
    expect(pixels.every(Number.isFinite)).toBe(true);
  },
);

test.each(["mif1", "msf1", "miaf"])("an AVIF whose own brand is %s is read as AVIF", async (brand) => {
  const bytes = await formats.avif.toBuffer();
  const branded = Buffer.from(bytes);
  branded.write(brand, 8, "latin1");
  const { picture, pixels } = await read(branded);
  expect(picture).toMatchObject({ format: "avif", width: 320, height: 240, bytes: bytes.length });
  expect(pixels).toEqual((await read(bytes)).pixels);
});

test("the thumbnail is a small WebP without metadata", async () => {
  const bytes = await drawing(2, 1200, 800)
    .withExif({ IFD0: { Artist: "someone" } })
    .jpeg()
    .toBuffer();
  const { picture } = await read(bytes);
  const { format, width, height, exif } = await sharp(picture.thumbnail).metadata();
  expect({ format, width, height, exif }).toEqual({
    format: "webp",
    width: 256,
    height: 171,
    exif: undefined,
  });
});

test("a small picture is not enlarged into its thumbnail", async () => {
  const { picture } = await read(await drawing(2, 40, 30).png().toBuffer());
  expect(await sharp(picture.thumbnail).metadata()).toMatchObject({ width: 40, height: 30 });
});

describe("unusual kinds", () => {
  const colours = { top: [200, 40, 30], bottom: [20, 60, 220] } as const;
  const twoHalves = sharp({ create: { width: 64, height: 64, channels: 3, background: rgb(colours.top) } })
    .composite([
      {
        input: { create: { width: 64, height: 32, channels: 3, background: rgb(colours.bottom) } },
        left: 0,
        top: 32,
      },
    ])
    .png()
    .toBuffer();

  const kinds: Record<string, (source: Sharp) => Sharp> = {
    "16-bit PNG": (source) => source.toColourspace("rgb16").png(),
    "palette PNG": (source) => source.png({ palette: true }),
    "lossless WebP": (source) => source.webp({ lossless: true }),
    "tiled TIFF": (source) => source.tiff({ tile: true, compression: "deflate" }),
    "progressive JPEG": (source) => source.jpeg({ progressive: true, quality: 95 }),
  };

  test.each(Object.entries(kinds))("a %s shows its stored colours", async (_, encode) => {
    const { pixels } = await read(await encode(sharp(await twoHalves)).toBuffer());
    expect(distance(colourAt(pixels, 112, 40), colours.top)).toBeLessThan(8);
    expect(distance(colourAt(pixels, 112, 190), colours.bottom)).toBeLessThan(8);
  });

  test("a CMYK JPEG comes out as colours, not as four channels", async () => {
    const { pixels } = await read(
      await sharp(await twoHalves)
        .toColourspace("cmyk")
        .jpeg()
        .toBuffer(),
    );
    const [red, , blue] = colourAt(pixels, 112, 40);
    expect(red).toBeGreaterThan(blue + 60);
  });

  test("a grey picture has three equal channels", async () => {
    const { pixels } = await read(await drawing(3).greyscale().png().toBuffer());
    const [red, green, blue] = colourAt(pixels, 100, 100);
    expect(distance([green, blue, 0], [red, red, 0])).toBeLessThan(1);
  });

  test.each(["gif", "webp"] as const)("only the first frame of an animated %s counts", async (format) => {
    const frames = [rgb(colours.top), rgb(colours.bottom)].map((background) =>
      sharp({ create: { width: 50, height: 40, channels: 3, background } })
        .png()
        .toBuffer(),
    );
    const animated = sharp(await Promise.all(frames), { join: { animated: true } });
    const { picture, pixels } = await read(await animated.toFormat(format).toBuffer());
    expect(picture).toMatchObject({ width: 50, height: 40 });
    expect(distance(colourAt(pixels, 112, 112), colours.top)).toBeLessThan(8);
  });

  test.each([
    [1, 1],
    [1, 3000],
    [3000, 1],
  ])("a picture of %i x %i pixels is read", async (width, height) => {
    const bytes = await drawing(4, width, height).png().toBuffer();
    for (const recipe of [clip, siglip]) {
      const { picture, pixels } = await readPicture(bytes, recipe, DEFAULT_PICTURE_LIMITS);
      expect(picture).toMatchObject({ width, height });
      expect(pixels.every(Number.isFinite)).toBe(true);
    }
  });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])("EXIF orientation %i is applied", async (orientation) => {
  const upright = drawing(5, 300, 200);
  const turned = await storedAs(orientation, await upright.png().toBuffer());
  const expected = await read(await drawing(5, 300, 200).jpeg({ quality: 100 }).toBuffer());
  const { picture, pixels } = await read(turned);
  expect(picture).toMatchObject({ width: 300, height: 200 });
  expect(distance(colourAt(pixels, 30, 30), colourAt(expected.pixels, 30, 30))).toBeLessThan(12);
  expect(distance(colourAt(pixels, 190, 60), colourAt(expected.pixels, 190, 60))).toBeLessThan(12);
});

/** The same view, as stored by a camera held in another orientation. */
async function storedAs(orientation: number, png: Buffer): Promise<Buffer> {
  const undo: Record<number, (image: Sharp) => Sharp> = {
    1: (image) => image,
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.rotate(270).flop(),
    6: (image) => image.rotate(270),
    7: (image) => image.rotate(90).flop(),
    8: (image) => image.rotate(90),
  };
  const stored = await undo[orientation]!(sharp(png)).png().toBuffer();
  return sharp(stored).withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer();
}

test("shrinking a big picture on the way in changes its pixels by less than a grey level", async () => {
  const big = await drawing(6, 2400, 1800).jpeg({ quality: 95 }).toBuffer();
  const stored = await sharp(big).png({ compressionLevel: 1 }).toBuffer();
  const quick = (await read(big)).pixels;
  const slow = (await read(stored)).pixels;
  const total = quick.reduce((sum, value, index) => sum + Math.abs(value - slow[index]!), 0);
  expect((total / quick.length) * clip.std[0] * 255).toBeLessThan(1);
});

function rgb([r, g, b]: readonly [number, number, number]) {
  return { r, g, b };
}

function colourAt(pixels: Float32Array, x: number, y: number): [number, number, number] {
  const value = (channel: number) =>
    (pixels[channel * 224 * 224 + y * 224 + x]! * clip.std[channel]! + clip.mean[channel]!) * 255;
  return [value(0), value(1), value(2)];
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, index) => Math.abs(value - b[index]!)));
}
