import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { PictureError } from "../../../../src/core/errors.ts";
import { openPicture } from "../../../../src/core/image/open-picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../../src/core/image/read-picture.ts";
import { clip, drawing } from "../drawing.ts";
import { iccProfile, swapped } from "../made-profile.ts";
import { renderedFrom } from "../rendered-from.ts";
import {
  type Coded,
  canEncodeHevc,
  codedItem,
  encodedHeic,
  gridItem,
  hevcOf,
  irot,
  type MadeItem,
  madeHeif,
  mirrored,
  profile,
} from "./made-heif.ts";

if (!canEncodeHevc) console.log("heif-enc (libheif-examples) is not installed: HEIC pictures are not tried.");

const RED = [220, 40, 30] as const;
const BLUE = [30, 60, 210] as const;
const WHITE = [250, 250, 250] as const;
const BLACK = [10, 10, 10] as const;
type Colour = readonly [number, number, number];

/** Four quarters: top left, top right, bottom left, bottom right. */
async function quarters(width: number, height: number, colours: readonly Colour[]): Promise<Buffer> {
  const [halfWidth, halfHeight] = [width / 2, height / 2];
  const pixels = Buffer.alloc(3 * width * height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3)
      pixels.set(colours[(y < halfHeight ? 0 : 2) + (x < halfWidth ? 0 : 1)] ?? BLACK, at);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Which colour each quarter of a rendered picture has. */
async function shownQuarters(bytes: Uint8Array): Promise<{ size: number[]; colours: Colour[] }> {
  const rendered = await renderedFrom(bytes, 4096);
  const { data, info } = await sharp(rendered.bytes).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const colourAt = (x: number, y: number): Colour => {
    const at = 3 * (Math.floor(y * height) * width + Math.floor(x * width));
    const far = (colour: Colour) =>
      colour.reduce((sum, value, i) => sum + Math.abs(value - (data[at + i] ?? 0)), 0);
    return [RED, BLUE, WHITE, BLACK].toSorted((a, b) => far(a) - far(b))[0] ?? BLACK;
  };
  return {
    size: [width, height],
    colours: [colourAt(0.25, 0.25), colourAt(0.75, 0.25), colourAt(0.25, 0.75), colourAt(0.75, 0.75)],
  };
}

const opened = (bytes: Uint8Array, limits = DEFAULT_PICTURE_LIMITS) => openPicture(bytes, limits);
const read = async (bytes: Uint8Array, limits = DEFAULT_PICTURE_LIMITS) =>
  (await readPicture(bytes, clip, limits)).picture;

describe.skipIf(!canEncodeHevc)("HEIC", () => {
  let picture: Coded;
  let other: Coded;

  beforeAll(async () => {
    picture = await hevcOf(await quarters(192, 128, [RED, BLUE, WHITE, BLACK]));
    other = await hevcOf(await quarters(192, 128, [BLACK, BLACK, BLACK, BLACK]));
  });

  test("is read as it is seen, with size, thumbnail, fingerprint and pixels", async () => {
    const png = await drawing(7, 640, 480).png().toBuffer();
    const { format, width, height, thumbnail, fingerprint } = await read(encodedHeic(png));
    const original = await read(png);
    expect({ format, width, height }).toEqual({ format: "heic", width: 640, height: 480 });
    expect(await meanDifference(thumbnail, original.thumbnail)).toBeLessThan(6);
    expect(Buffer.from(fingerprint).length).toBe(original.fingerprint.length);
  });

  test.each([
    ["as it is stored", [], [192, 128], [RED, BLUE, WHITE, BLACK]],
    ["turned by a quarter", [irot(1)], [128, 192], [BLUE, BLACK, RED, WHITE]],
    ["turned by a half", [irot(2)], [192, 128], [BLACK, WHITE, BLUE, RED]],
    ["turned by three quarters", [irot(3)], [128, 192], [WHITE, RED, BLACK, BLUE]],
    ["mirrored", [mirrored()], [192, 128], [BLUE, RED, BLACK, WHITE]],
  ])("is shown upright: %s", async (_, properties, size, colours) => {
    const bytes = madeHeif({ items: [codedItem(picture, ...properties)] });
    expect(await shownQuarters(bytes)).toEqual({ size, colours });
    expect([(await opened(bytes)).width, (await opened(bytes)).height]).toEqual(size);
  });

  test("of several pictures the primary one is shown, not the first", async () => {
    const bytes = madeHeif({ items: [codedItem(other), codedItem(picture)], primary: 1 });
    expect((await shownQuarters(bytes)).colours).toEqual([RED, BLUE, WHITE, BLACK]);
  });

  test("of tiles the whole is made", async () => {
    const items: MadeItem[] = [codedItem(other), codedItem(picture), gridItem(1, 2, 384, 128, [0, 1])];
    const { size, colours } = await shownQuarters(madeHeif({ items, primary: 2 }));
    expect({ size, colours }).toEqual({ size: [384, 128], colours: [BLACK, BLUE, BLACK, BLACK] });
  });

  test("brands do not decide what codes it", async () => {
    for (const brand of ["mif1", "mif2", "avif"]) {
      const bytes = madeHeif({ items: [codedItem(picture)], brand });
      expect((await opened(bytes)).format).toBe("heic");
      expect((await shownQuarters(bytes)).colours).toEqual([RED, BLUE, WHITE, BLACK]);
    }
  });

  test("colours are shown through its profile", async () => {
    const grounds: Colour[] = [
      [200, 60, 60],
      [200, 60, 60],
      [200, 60, 60],
      [200, 60, 60],
    ];
    const coded = await hevcOf(await quarters(128, 128, grounds));
    const withProfile = madeHeif({ items: [codedItem(coded, profile(iccProfile(swapped)))] });
    const shown = await sharp((await read(withProfile)).thumbnail)
      .raw()
      .toBuffer();
    const [red = 0, green = 0] = shown;
    // Its profile has red and green change places.
    expect(green).toBeGreaterThan(red + 60);
  });

  test("opacity shows the ground", async () => {
    const clear = await sharp({
      create: { width: 128, height: 128, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const { quality, thumbnail } = await read(encodedHeic(clear));
    expect(quality.isTransparent).toBe(true);
    expect((await sharp(thumbnail).raw().toBuffer())[1]).toBeGreaterThan(240);
  });

  test.each([0.3, 0.6, 0.97])("a file cut at %d of its length is refused, and says so", async (share) => {
    const whole = encodedHeic(await drawing(3, 512, 384).png().toBuffer());
    const refusal = await read(whole.subarray(0, Math.round(share * whole.length))).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(PictureError);
    expect(refusal).toMatchObject({
      code: "damaged",
      message: expect.stringMatching(/ends before the last \d+ % of it/),
    });
  });

  test("a tile that lies beyond the end counts, whatever comes before it", async () => {
    const items: MadeItem[] = [codedItem(picture), codedItem(other), gridItem(1, 2, 384, 128, [0, 1])];
    const whole = madeHeif({
      items: [items[2] as MadeItem, items[0] as MadeItem, items[1] as MadeItem].map((item) =>
        item.tiles ? { ...item, tiles: [1, 2] } : item,
      ),
    });
    expect((await shownQuarters(whole)).size).toEqual([384, 128]);
    await expect(read(whole.subarray(0, whole.length - 20))).rejects.toMatchObject({ code: "damaged" });
  });

  test("pixels and memory are counted before anything is decoded", async () => {
    const bytes = madeHeif({ items: [codedItem(picture)] });
    await expect(read(bytes, { ...DEFAULT_PICTURE_LIMITS, maxMemory: 300_000 })).rejects.toMatchObject({
      code: "too-many-pixels",
      message: expect.stringContaining("192 x 128"),
    });
    await expect(read(bytes, { ...DEFAULT_PICTURE_LIMITS, maxPixels: 20_000 })).rejects.toMatchObject({
      code: "too-many-pixels",
    });
  });

  test("one that takes too long is given up, and the next is read", async () => {
    const bytes = encodedHeic(await drawing(5, 2000, 1500).png().toBuffer());
    await expect(read(bytes, { ...DEFAULT_PICTURE_LIMITS, timeoutMs: 1 })).rejects.toMatchObject({
      code: "timeout",
    });
    expect((await shownQuarters(madeHeif({ items: [codedItem(picture)] }))).size).toEqual([192, 128]);
  });

  test("coded data that makes no sense is damage, and ends nothing", async () => {
    const noise = Buffer.from(picture.data.map((value, at) => (at > 4 ? (value * 7 + at) & 255 : value)));
    const bytes = madeHeif({ items: [codedItem({ ...picture, data: noise })] });
    await read(bytes).then(
      ({ width }) => expect(width).toBe(192),
      (error) => expect(error).toMatchObject({ code: "damaged" }),
    );
    expect((await shownQuarters(madeHeif({ items: [codedItem(picture)] }))).size).toEqual([192, 128]);
  });
});

test("pictures of the family that are coded otherwise are named", async () => {
  const bytes = madeHeif({
    items: [{ type: "unci", data: Buffer.alloc(64), properties: [] }],
    brand: "mif1",
  });
  await expect(opened(bytes)).rejects.toMatchObject({
    code: "unsupported-format",
    message: expect.stringContaining("HEIF coded as plain numbers"),
  });
});

async function meanDifference(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all([one, other].map((webp) => sharp(webp).raw().toBuffer()));
  if (!a || !b || a.length !== b.length) return 255;
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
}
