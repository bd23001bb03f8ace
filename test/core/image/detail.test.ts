import sharp, { type Sharp } from "sharp";
import { expect, test } from "vitest";
import { PictureError } from "../../../src/core/errors.ts";
import { finestDetail } from "../../../src/core/image/detail.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { measurePicture } from "../../../src/core/image/picture-quality.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import { clip, randomNumbers } from "./drawing.ts";

const [width, height] = [480, 360];

/** Edges, soft hills and grain, as in a photo. */
async function photo(seed: number): Promise<Buffer> {
  const random = randomNumbers(seed);
  const shapes = Array.from({ length: 90 }, () => {
    const [x, y, size] = [random() * width, random() * height, 4 + 60 * random() ** 3];
    return `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${size * random()}" fill="hsl(${360 * random()},50%,${100 * random()}%)"/>`;
  });
  const drawn = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join("")}</svg>`,
  );
  return sharp(drawn).flatten({ background: "#888" }).png().toBuffer();
}

async function detailOf(picture: Sharp): Promise<number> {
  const { data, info } = await sharp(await picture.toBuffer())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return finestDetail({ data, width: info.width, height: info.height });
}

test.each([1, 2, 3, 4])(
  "enlarging a picture adds no detail, reducing it takes some (drawing %i)",
  async (seed) => {
    const original = await photo(seed);
    const detail = await detailOf(sharp(original).jpeg({ quality: 90 }));
    const share = async (copy: Sharp) => (await detailOf(copy)) / detail;
    expect(
      await share(
        sharp(original)
          .resize(3 * width)
          .jpeg({ quality: 30 }),
      ),
    ).toBeLessThan(1.6);
    expect(
      await share(
        sharp(original)
          .resize(2 * width)
          .jpeg({ quality: 90 }),
      ),
    ).toBeLessThan(1.2);
    expect(await share(sharp(original).flop().jpeg({ quality: 85 }))).toBeCloseTo(1, 0);
    expect(
      await share(
        sharp(original)
          .resize(width / 2)
          .jpeg({ quality: 85 }),
      ),
    ).toBeLessThan(0.7);
  },
);

test("of a picture that was compressed much, fine noise is no detail", async () => {
  const random = randomNumbers(3);
  const side = 256;
  // Twelve waves across, and grain.
  const data = new Uint8Array(3 * side * side);
  for (let at = 0; at < side * side; at++) {
    const level = 118 + 20 * Math.sin((2 * Math.PI * 12 * (at % side)) / side) + 20 * random();
    data.fill(level, 3 * at, 3 * at + 3);
  }
  const picture = { data, width: side, height: side };
  expect(finestDetail(picture)).toBeGreaterThan(60);
  expect(finestDetail(picture, { isCoarse: true })).toBeLessThan(30);
  // Files as they are measured, beside their pixels alone.
  for (const [quality, isCoarse] of [
    [95, false],
    [60, true],
  ] as const) {
    const file = await sharp(data, { raw: { width: side, height: side, channels: 3 } })
      .jpeg({ quality })
      .toBuffer();
    const decoded = { data: await sharp(file).raw().toBuffer(), width: side, height: side };
    const measured = await measurePicture(file, DEFAULT_PICTURE_LIMITS);
    expect(measured.quality.detail).toBe(finestDetail(decoded, { isCoarse }));
    expect(finestDetail(decoded, { isCoarse: true })).toBeLessThan(finestDetail(decoded));
  }
});

test("a picture that reading it reduces is measured in all its pixels", async () => {
  const bytes = await sharp(await photo(5))
    .resize(2400, 1800)
    .jpeg({ quality: 85 })
    .toBuffer();
  const { picture } = await readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS);
  expect(picture.quality.measuredSide).toBeLessThan(700);
  const { id, quality } = await measurePicture(bytes, DEFAULT_PICTURE_LIMITS);
  expect(id).toBe(picture.id);
  expect(quality.measuredSide).toBeCloseTo(Math.sqrt(2400 * 1800), 3);
  // What it shows is as fine as before it was enlarged.
  const detail = await detailOf(sharp(await photo(5)).jpeg({ quality: 90 }));
  expect(quality.detail).toBeLessThan(1.3 * detail);
  await expect(measurePicture(bytes.subarray(0, 900), DEFAULT_PICTURE_LIMITS)).rejects.toThrow(PictureError);
});

test("one colour has no detail, and a line of pixels is as fine as it may be", () => {
  expect(finestDetail({ data: new Uint8Array(3 * 64 * 64).fill(77), width: 64, height: 64 })).toBe(0);
  expect(finestDetail({ data: new Uint8Array(3 * 100).fill(7), width: 100, height: 1 })).toBe(5);
});
