import zlib from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import type { ImageRecipe } from "../../../src/core/types.ts";
import { clip, drawing } from "./drawing.ts";
import { withChunk } from "./made-png.ts";
import {
  adobeRgb,
  greyProfile,
  iccProfile,
  type MatrixSpace,
  numbersIn,
  proPhoto,
  swapped,
} from "./made-profile.ts";
import { renderedFrom } from "./rendered-from.ts";

const recipe: ImageRecipe = { ...clip, resize: "squash", mean: [0, 0, 0], std: [1, 1, 1] };
const read = (bytes: Uint8Array) => readPicture(bytes, recipe, DEFAULT_PICTURE_LIMITS);
const colours = [
  [190, 90, 60],
  [80, 140, 70],
  [70, 90, 170],
  [200, 200, 190],
  [40, 40, 45],
] as const;
const SIDE = 40;

/** Stripes of these colours, as values of the space. */
function stripes(space: MatrixSpace): Buffer {
  const row = colours.flatMap((colour) =>
    Array.from({ length: SIDE }, () => numbersIn(space, colour)).flat(),
  );
  return Buffer.concat(Array.from({ length: SIDE }, () => Buffer.from(row)));
}
const rawStripes = { raw: { width: SIDE * colours.length, height: SIDE, channels: 3 } } as const;

async function stripesShown(picture: Uint8Array): Promise<number[][]> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  return colours.map((_, stripe) => {
    const at = (Math.floor(info.height / 2) * info.width + stripe * SIDE + SIDE / 2) * info.channels;
    return [...data.subarray(at, at + 3)];
  });
}

const furthest = (shown: readonly (readonly number[])[]) =>
  Math.max(
    ...shown.flatMap((colour, stripe) => colour.map((value, at) => Math.abs(value - colours[stripe]![at]!))),
  );

describe.each(Object.entries({ adobeRgb, proPhoto, swapped }))("numbers of %s", (_, space) => {
  // sharp writes a profile that it is given as a file only with a conversion: PNG takes it as a chunk instead.
  const made = async () =>
    withIcc(await sharp(stripes(space), rawStripes).png().toBuffer(), iccProfile(space));

  test("are shown as the colours that they mean", async () => {
    const bytes = await made();
    expect(furthest(await stripesShown((await read(bytes)).picture.thumbnail))).toBeLessThan(12);
    expect(furthest(await stripesShown((await renderedFrom(bytes, 400)).bytes))).toBeLessThan(8);
  });

  test("are given to the model as its reference reads them: as they are", async () => {
    const { pixels } = await read(await made());
    const plain = await read(await sharp(stripes(space), rawStripes).png().toBuffer());
    expect(pixels).toEqual(plain.pixels);
  });
});

test.each(["jpeg", "png", "webp", "tiff", "avif"] as const)(
  "a Display P3 %s is shown as sRGB",
  async (format) => {
    const source = await drawing(3, 400, 300).png().toBuffer();
    const quality = format === "png" ? {} : { quality: 95 };
    const p3 = await sharp(source).withIccProfile("p3").toFormat(format, quality).toBuffer();
    const shown = (await read(p3)).picture.thumbnail;
    const expected = (await read(source)).picture.thumbnail;
    expect(await meanDifference(shown, expected)).toBeLessThan(3);
  },
);

test("a CMYK picture is shown through its profile, or without one as colours", async () => {
  const source = await drawing(3, 400, 300).png().toBuffer();
  const expected = (await read(source)).picture.thumbnail;
  const withProfile = await sharp(source).withIccProfile("cmyk").jpeg({ quality: 95 }).toBuffer();
  expect((await sharp(withProfile).metadata()).space).toBe("cmyk");
  expect(await meanDifference((await read(withProfile)).picture.thumbnail, expected)).toBeLessThan(14);
  const { bytes } = await renderedFrom(withProfile, 256);
  expect(await meanDifference(bytes, (await read(withProfile)).picture.thumbnail)).toBeLessThan(4);
});

test("a profile of sRGB, or one that is no profile, changes nothing", async () => {
  const source = await drawing(3, 200, 150).png().toBuffer();
  const expected = (await read(source)).picture.thumbnail;
  const tagged = await sharp(source).withIccProfile("srgb").png().toBuffer();
  expect((await read(tagged)).picture.thumbnail).toEqual(expected);
  const broken = withIcc(
    source,
    Buffer.from("this is no profile at all, and yet it is where one would be".repeat(4)),
  );
  expect((await read(broken)).picture.thumbnail).toEqual(expected);
});

describe("the gamma of a PNG", () => {
  const gamma = (value: number) => {
    const content = Buffer.alloc(4);
    content.writeUInt32BE(Math.round(value * 100_000));
    return content;
  };
  /** A ramp that means the same light whatever its gamma. */
  const ramp = async (value: number) => {
    const row = Uint8Array.from({ length: 256 }, (_, x) => Math.round(255 * (x / 255) ** (2.2 * value)));
    const rows = Buffer.concat(Array.from({ length: 32 }, () => row));
    const png = await sharp(rows, { raw: { width: 256, height: 32, channels: 1 } })
      .png()
      .toBuffer();
    return withChunk(png, "gAMA", gamma(value));
  };

  test.each([0.35, 0.45455, 0.55, 1])("of %f is turned into that of a screen", async (value) => {
    const { picture } = await read(await ramp(value));
    const shown = await sharp(picture.thumbnail).greyscale().raw().toBuffer();
    for (const x of [96, 128, 192, 250]) expect(Math.abs(shown[16 * 256 + x]! - x)).toBeLessThan(8);
  });

  test.each([1, 15, 16, 1000, 10_000, 600_000_000].map((units) => units / 100_000))(
    "of %f is none that anybody means, and counts for nothing",
    async (value) => {
      const { picture } = await read(withChunk(await ramp(1 / 2.2), "gAMA", gamma(value)));
      const shown = await sharp(picture.thumbnail).greyscale().raw().toBuffer();
      for (const x of [96, 128, 192, 250]) expect(Math.abs(shown[16 * 256 + x]! - x)).toBeLessThan(8);
    },
  );

  test("counts for nothing beside a statement of sRGB", async () => {
    const png = await ramp(1);
    const plain = (await read(withChunk(png, "sRGB", Buffer.of(0)))).picture.thumbnail;
    const shown = await sharp(plain).greyscale().raw().toBuffer();
    expect(shown[16 * 256 + 128]!).toBeLessThan(80);
  });
});

function withIcc(png: Buffer, icc: Buffer): Buffer {
  const { deflateSync } = zlib;
  return withChunk(png, "iCCP", Buffer.concat([Buffer.from("made\0\0", "latin1"), deflateSync(icc)]));
}

async function meanDifference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [first, second] = await Promise.all(
    [a, b].map((picture) => sharp(picture).removeAlpha().raw().toBuffer()),
  );
  expect(first).toHaveLength(second!.length);
  return first!.reduce((sum, value, at) => sum + Math.abs(value - second![at]!), 0) / first!.length;
}

test("a profile of greys says nothing of a picture in colours, as viewers have it", async () => {
  const plain = await drawing(3, 200, 150).png().toBuffer();
  const shown = async (bytes: Uint8Array) => (await read(bytes)).picture.thumbnail;
  expect(await shown(withIcc(plain, greyProfile(1)))).toEqual(await shown(plain));
  const grey = await drawing(3, 200, 150).greyscale().toColourspace("b-w").png().toBuffer();
  expect(await meanDifference(await shown(withIcc(grey, greyProfile(1))), await shown(grey))).toBeGreaterThan(
    10,
  );
});
