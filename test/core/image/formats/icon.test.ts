import sharp from "sharp";
import { expect, test } from "vitest";
import { DEFAULT_PICTURE_LIMITS } from "../../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../../src/core/image/read-picture.ts";
import type { ImageRecipe } from "../../../../src/core/types.ts";
import { clip, drawing } from "../drawing.ts";

const recipe: ImageRecipe = { ...clip, resize: "squash", mean: [0, 0, 0], std: [1, 1, 1] };
const read = (bytes: Uint8Array) => readPicture(bytes, recipe, DEFAULT_PICTURE_LIMITS);

interface Entry {
  readonly side: number;
  readonly bits: number;
  readonly data: Uint8Array;
}

function ico(entries: readonly Entry[], type = 1): Buffer {
  const directory = Buffer.alloc(6 + 16 * entries.length);
  directory.writeUInt16LE(type, 2);
  directory.writeUInt16LE(entries.length, 4);
  let offset = directory.length;
  for (const [index, { side, bits, data }] of entries.entries()) {
    const at = 6 + 16 * index;
    directory[at] = side % 256;
    directory[at + 1] = side % 256;
    directory.writeUInt16LE(bits, at + 6);
    directory.writeUInt32LE(data.length, at + 8);
    directory.writeUInt32LE(offset, at + 12);
    offset += data.length;
  }
  return Buffer.concat([directory, ...entries.map(({ data }) => data)]);
}

/** One colour (blue, green, red, opacity), with the upper half masked out. */
function bitmap(side: number, bits: 24 | 32, colour: readonly number[]): Entry {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(side, 4);
  header.writeInt32LE(2 * side, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(bits, 14);
  const row = Buffer.alloc(Math.ceil((side * bits) / 32) * 4);
  for (let x = 0; x < side; x++) row.set(colour.slice(0, bits / 8), (x * bits) / 8);
  const maskRow = Math.ceil(side / 32) * 4;
  const mask = Buffer.alloc(maskRow * side);
  mask.fill(0xff, (maskRow * side) / 2);
  return { side, bits, data: Buffer.concat([header, ...Array.from({ length: side }, () => row), mask]) };
}

const at = (pixels: Float32Array, x: number, y: number) =>
  [0, 1, 2].map((channel) => Math.round(pixels[channel * 224 * 224 + y * 224 + x]! * 255));

test("the largest picture of an icon is read", async () => {
  const large = await drawing(4, 256, 256).png().toBuffer();
  const made = ico([
    bitmap(16, 32, [0, 0, 255, 255]),
    { side: 256, bits: 32, data: large },
    bitmap(48, 24, [255, 0, 0]),
  ]);
  const { picture, pixels } = await read(made);
  expect(picture).toMatchObject({ format: "ico", width: 256, height: 256, bytes: made.length });
  expect(pixels).toEqual((await read(large)).pixels);
});

test("of two of one size, the one with more colours is read", async () => {
  const { pixels } = await read(ico([bitmap(32, 24, [255, 0, 0]), bitmap(32, 32, [0, 0, 255, 255])]));
  expect(at(pixels, 112, 200)).toEqual([255, 0, 0]);
});

test("a mask cuts out a bitmap without opacity, and not one with", async () => {
  const masked = await read(ico([bitmap(32, 24, [0, 0, 255])]));
  expect([at(masked.pixels, 112, 200), at(masked.pixels, 112, 20)]).toEqual([
    [255, 0, 0],
    [255, 255, 255],
  ]);
  const own = await read(ico([bitmap(32, 32, [0, 0, 255, 255])]));
  expect([at(own.pixels, 112, 200), at(own.pixels, 112, 20)]).toEqual([
    [255, 0, 0],
    [255, 0, 0],
  ]);
});

test("a cursor is read as an icon is", async () => {
  const { picture } = await read(ico([bitmap(32, 24, [0, 0, 255])], 2));
  expect(picture).toMatchObject({ format: "ico", width: 32, height: 32 });
  expect(await sharp(picture.thumbnail).metadata()).toMatchObject({ width: 32, height: 32 });
});

test.each([
  ["without a picture", ico([])],
  ["that ends in its directory", ico([bitmap(32, 24, [0, 0, 255])]).subarray(0, 12)],
  ["that ends in its pixels", ico([bitmap(32, 24, [0, 0, 255])]).subarray(0, 400)],
])("an icon %s is damaged", async (_, bytes) => {
  await expect(read(bytes)).rejects.toMatchObject({ code: "damaged" });
});
