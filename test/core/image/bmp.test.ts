import { expect, test } from "vitest";
import { openPicture } from "../../../src/core/image/open-picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import { clip } from "./drawing.ts";

const red = [0, 0, 255];
const green = [0, 255, 0];
const blue = [255, 0, 0];
const white = [255, 255, 255];

/** 2 x 2, red green over blue white. */
const variants: [string, number, number, number[], number[]][] = [
  ["24 bits, bottom up", 24, 2, [], [...blue, ...white, 0, 0, ...red, ...green, 0, 0]],
  ["24 bits, top down", 24, -2, [], [...red, ...green, 0, 0, ...blue, ...white, 0, 0]],
  ["32 bits", 32, 2, [], [...blue, 0, ...white, 0, ...red, 0, ...green, 0]],
  ["256 colours", 8, 2, [...red, 0, ...green, 0, ...blue, 0, ...white, 0], [2, 3, 0, 0, 0, 1, 0, 0]],
  ["16 colours", 4, 2, [...red, 0, ...green, 0, ...blue, 0, ...white, 0], [0x23, 0, 0, 0, 0x01, 0, 0, 0]],
];

test.each(variants)("a BMP of %s shows its colours", async (_, bits, height, palette, rows) => {
  const { pipeline } = await openPicture(bmp(bits, height, palette, rows), DEFAULT_PICTURE_LIMITS);
  const pixels = await pipeline().raw().toBuffer();
  expect([...pixels]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
});

test("a BMP is read like any picture", async () => {
  const bytes = bmp(24, 2, [], [...blue, ...white, 0, 0, ...red, ...green, 0, 0]);
  const { picture } = await readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS);
  expect(picture).toMatchObject({ format: "bmp", width: 2, height: 2 });
});

test.each([
  ["cut short", "damaged", bmp(24, 2, [], [1, 2, 3])],
  ["compressed", "unsupported-format", bmp(8, 2, [], [0, 0, 0, 0], 1)],
  ["of absurd size", "too-many-pixels", bmp(24, 2_000_000_000, [], [])],
])("a BMP %s is %s", async (_, code, bytes) => {
  await expect(readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS)).rejects.toMatchObject({ code });
});

function bmp(bits: number, height: number, palette: number[], rows: number[], compression = 0): Buffer {
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(2, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  return Buffer.concat([header, Buffer.from(palette), Buffer.from(rows)]);
}
