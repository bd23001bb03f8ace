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
  // Twelve waves across, and grain in two thirds of it.
  const data = new Uint8Array(3 * side * side);
  for (let at = 0; at < side * side; at++) {
    const grain = at % side < side / 3 ? 0 : 20 * random();
    const level = 118 + 20 * Math.sin((2 * Math.PI * 12 * (at % side)) / side) + grain;
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

test("grain that lies over the whole picture is no detail, and what grain lies over remains", async () => {
  const random = randomNumbers(5);
  const { data, info } = await sharp(await photo(5))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const grained = Buffer.alloc(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const grain = 30 * (random() - 0.5);
    for (let channel = 0; channel < 3; channel++)
      grained[at + channel] = Math.min(255, Math.max(0, (data[at + channel] ?? 0) + grain));
  }
  const [clear, noisy] = [data, grained].map((pixels) => finestDetail({ data: pixels, width, height }));
  expect(noisy).toBeLessThan(1.1 * (clear ?? 0));
  expect(noisy).toBeGreaterThan(0.6 * (clear ?? 0));
});

test.each([2, 4, 7])("pixels repeated %i times add no detail", async (times) => {
  const original = await photo(6);
  const enlarged = sharp(original)
    .resize(times * width, times * height, { kernel: "nearest" })
    .png();
  expect(await detailOf(enlarged)).toBe(await detailOf(sharp(original)));
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
