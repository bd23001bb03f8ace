import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openPicture } from "../../../../src/core/image/open-picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../../src/core/image/read-picture.ts";
import { clip, drawing } from "../drawing.ts";
import { iccProfile, swapped } from "../made-profile.ts";

const red = [0, 0, 255];
const green = [0, 255, 0];
const blue = [255, 0, 0];
const white = [255, 255, 255];
const redGreenBlueWhite = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
const palette = [...red, 0, ...green, 0, ...blue, 0, ...white, 0];

interface Made {
  readonly bits: number;
  readonly rows: readonly number[];
  /** Of a Windows header; default 40. OS/2 has 12, and others up to 64. */
  readonly headerBytes?: number;
  readonly compression?: number;
  /** Negative: top down. */
  readonly height?: number;
  readonly width?: number;
  readonly palette?: readonly number[];
  /** Behind the header of 40 bytes, or inside a longer one. */
  readonly masks?: readonly number[];
}

function bmp({
  bits,
  rows,
  headerBytes = 40,
  compression = 0,
  height = 2,
  width = 2,
  ...more
}: Made): Buffer {
  const masks = Buffer.alloc(4 * (more.masks?.length ?? 0));
  for (const [at, mask] of (more.masks ?? []).entries()) masks.writeUInt32LE(mask >>> 0, 4 * at);
  const header = Buffer.alloc(Math.max(headerBytes, headerBytes === 40 ? 40 + masks.length : 0));
  header.writeUInt32LE(headerBytes, 0);
  if (headerBytes === 12) {
    header.writeUInt16LE(width, 4);
    header.writeUInt16LE(height, 6);
    header.writeUInt16LE(1, 8);
    header.writeUInt16LE(bits, 10);
  } else {
    header.writeInt32LE(width, 4);
    header.writeInt32LE(height, 8);
    header.writeUInt16LE(1, 12);
    header.writeUInt16LE(bits, 14);
    if (headerBytes >= 20) header.writeUInt32LE(compression, 16);
    masks.copy(header, 40);
  }
  const colours = Buffer.from(more.palette ?? []);
  const file = Buffer.alloc(14);
  file.write("BM");
  file.writeUInt32LE(14 + header.length + colours.length, 10);
  return Buffer.concat([file, header, colours, Buffer.from(rows)]);
}

const sixteen = (...values: number[]) => values.flatMap((value) => [value & 255, value >> 8]);
const thirtyTwo = (...values: number[]) =>
  values.flatMap((value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24]);

const kinds: Record<string, Made> = {
  "24 bits, bottom up": { bits: 24, rows: [...blue, ...white, 0, 0, ...red, ...green, 0, 0] },
  "24 bits, top down": { bits: 24, height: -2, rows: [...red, ...green, 0, 0, ...blue, ...white, 0, 0] },
  "24 bits, without the filling of its last row": {
    bits: 24,
    rows: [...blue, ...white, 0, 0, ...red, ...green],
  },
  "32 bits": { bits: 32, rows: [...blue, 0, ...white, 0, ...red, 0, ...green, 0] },
  "32 bits, masks in another order": {
    bits: 32,
    compression: 3,
    masks: [0x000000ff, 0x0000ff00, 0x00ff0000],
    rows: thirtyTwo(0x00ff0000, 0x00ffffff, 0x000000ff, 0x0000ff00),
  },
  "32 bits, masks of 10 bits": {
    bits: 32,
    compression: 3,
    masks: [0x3ff00000, 0x000ffc00, 0x000003ff],
    rows: thirtyTwo(0x000003ff, 0x3fffffff, 0x3ff00000, 0x000ffc00),
  },
  "32 bits, masks in a header of 56 bytes": {
    bits: 32,
    compression: 3,
    headerBytes: 56,
    masks: [0xff0000, 0xff00, 0xff, 0xff000000],
    rows: thirtyTwo(0xff0000ff, 0xffffffff, 0xffff0000, 0xff00ff00),
  },
  "16 bits, five each": { bits: 16, rows: sixteen(0x001f, 0x7fff, 0x7c00, 0x03e0) },
  "16 bits, five, six and five": {
    bits: 16,
    compression: 3,
    masks: [0xf800, 0x07e0, 0x001f],
    rows: sixteen(0x001f, 0xffff, 0xf800, 0x07e0),
  },
  "16 bits, masks of two, three and one": {
    bits: 16,
    compression: 3,
    masks: [0x30, 0x0e, 0x01],
    rows: sixteen(0x01, 0x3f, 0x30, 0x0e),
  },
  "256 colours": { bits: 8, palette, rows: [2, 3, 0, 0, 0, 1, 0, 0] },
  "16 colours": { bits: 4, palette, rows: [0x23, 0, 0, 0, 0x01, 0, 0, 0] },
  "4 colours": { bits: 2, palette, rows: [0b10110000, 0, 0, 0, 0b00010000, 0, 0, 0] },
  "256 colours, in runs": {
    bits: 8,
    compression: 1,
    palette,
    rows: [1, 2, 1, 3, 0, 0, 1, 0, 1, 1, 0, 1],
  },
  "256 colours, in stretches": {
    bits: 8,
    compression: 1,
    palette: [...palette, ...Array.from({ length: 1008 }, () => 0)],
    width: 4,
    height: 1,
    rows: [0, 4, 0, 1, 2, 3, 0, 1],
  },
  "16 colours, in runs": {
    bits: 4,
    compression: 2,
    palette,
    rows: [2, 0x23, 0, 0, 2, 0x01, 0, 1],
  },
  "24 bits of OS/2, in runs": {
    bits: 24,
    headerBytes: 64,
    compression: 4,
    rows: [1, ...blue, 1, ...white, 0, 0, 1, ...red, 1, ...green, 0, 1],
  },
  "256 colours of OS/2, first version": {
    bits: 8,
    headerBytes: 12,
    palette: [...red, ...green, ...blue, ...white],
    rows: [2, 3, 0, 0, 0, 1, 0, 0],
  },
  "24 bits of OS/2, first version": {
    bits: 24,
    headerBytes: 12,
    rows: [...blue, ...white, 0, 0, ...red, ...green, 0, 0],
  },
  "256 colours of OS/2, second version": {
    bits: 8,
    headerBytes: 64,
    palette,
    rows: [2, 3, 0, 0, 0, 1, 0, 0],
  },
  "256 colours of OS/2, second version cut to 16 bytes": {
    bits: 8,
    headerBytes: 16,
    palette,
    rows: [2, 3, 0, 0, 0, 1, 0, 0],
  },
};

test.each(Object.entries(kinds))("a BMP of %s shows its colours", async (_, made) => {
  const opened = await openPicture(bmp(made), DEFAULT_PICTURE_LIMITS);
  expect(opened.missing()).toBe(0);
  const pixels = await (await opened.pipeline()).removeAlpha().raw().toBuffer();
  expect([...pixels]).toEqual(redGreenBlueWhite);
});

test.each(Object.entries(kinds).filter(([, made]) => !made.palette))(
  "a bitmap of %s without the header of a file is one too",
  async (_, made) => {
    const opened = await openPicture(bmp(made).subarray(14), DEFAULT_PICTURE_LIMITS);
    expect(opened).toMatchObject({ format: "bmp", width: 2, height: 2 });
    expect([...(await (await opened.pipeline()).removeAlpha().raw().toBuffer())]).toEqual(redGreenBlueWhite);
  },
);

describe("opacity", () => {
  const pixels = async (made: Made) => [
    ...(await (
      await (await openPicture(bmp(made), DEFAULT_PICTURE_LIMITS)).pipeline()
    )
      .ensureAlpha()
      .raw()
      .toBuffer()),
  ];
  const one = { width: 1, height: 2 };

  test("of 32 bits counts where any pixel has some", async () => {
    expect(await pixels({ ...one, bits: 32, rows: [1, 2, 3, 0, 4, 5, 6, 128] })).toEqual([
      ...[6, 5, 4, 128],
      ...[3, 2, 1, 0],
    ]);
  });

  test("counts for nothing where no pixel has any", async () => {
    expect(await pixels({ ...one, bits: 32, rows: [1, 2, 3, 0, 4, 5, 6, 0] })).toEqual([
      6, 5, 4, 255, 3, 2, 1, 255,
    ]);
  });

  test("of 16 bits is told by its mask", async () => {
    const made = { ...one, bits: 16, compression: 6, masks: [0xf00, 0xf0, 0xf, 0xf000] };
    expect(await pixels({ ...made, rows: [...sixteen(0x0f00), 0, 0, ...sixteen(0xf0f0), 0, 0] })).toEqual([
      ...[0, 255, 0, 255],
      ...[255, 0, 0, 0],
    ]);
  });

  test("what runs leave out is transparent", async () => {
    const made = { ...one, width: 2, bits: 8, compression: 1, palette };
    expect(
      (await pixels({ ...made, rows: [0, 2, 1, 1, 1, 0, 0, 1] })).filter((_, at) => at % 4 === 3),
    ).toEqual([...[0, 255], ...[0, 0]]);
  });
});

test("a BMP is read like any picture", async () => {
  const { picture } = await readPicture(bmp(kinds["24 bits, bottom up"]!), clip, DEFAULT_PICTURE_LIMITS);
  expect(picture).toMatchObject({ format: "bmp", width: 2, height: 2 });
  expect(picture).not.toHaveProperty("cut");
});

test.each(["jpeg", "png"] as const)("a %s inside a BMP is what it shows", async (format) => {
  const inside = await drawing(3, 80, 60).toFormat(format).toBuffer();
  const made = bmp({
    bits: 0,
    compression: format === "jpeg" ? 4 : 5,
    width: 80,
    height: 60,
    rows: [...inside],
  });
  const { picture, pixels } = await readPicture(made, clip, DEFAULT_PICTURE_LIMITS);
  expect(picture).toMatchObject({ format: "bmp", width: 80, height: 60, bytes: made.length });
  expect(pixels).toEqual((await readPicture(inside, clip, DEFAULT_PICTURE_LIMITS)).pixels);
});

test("the profile in a BMP is used", async () => {
  const icc = iccProfile(swapped);
  const rows = Array.from({ length: 16 }, () => [0, 0, 255, 0]).flat();
  const made = bmp({ bits: 32, headerBytes: 124, width: 4, height: 4, rows: [...rows, ...icc] });
  made.writeUInt32LE(0x4d424544, 14 + 56);
  made.writeUInt32LE(124 + rows.length, 14 + 112);
  made.writeUInt32LE(icc.length, 14 + 116);
  const { picture } = await readPicture(made, clip, DEFAULT_PICTURE_LIMITS);
  const [r, g] = await sharp(picture.thumbnail).removeAlpha().raw().toBuffer();
  expect(r).toBeLessThan(40);
  expect(g).toBeGreaterThan(200);
});

describe("a BMP that is not read", () => {
  const rows = [0, 0, 0, 0, 0, 0, 0, 0];
  test.each([
    ["cut short", "damaged", bmp({ bits: 24, rows: [1, 2, 3] })],
    [
      "cut in its runs",
      "damaged",
      bmp({ bits: 8, compression: 1, palette, height: 40, rows: [1, 2, 1, 3, 0, 0] }),
    ],
    ["of absurd size", "too-many-pixels", bmp({ bits: 24, height: 2_000_000_000, rows: [] })],
    ["of 64 bits", "unsupported-format", bmp({ bits: 64, rows })],
    [
      "in the Huffman codes of OS/2",
      "unsupported-format",
      bmp({ bits: 1, headerBytes: 64, compression: 3, rows }),
    ],
    ["compressed in an unknown way", "unsupported-format", bmp({ bits: 24, compression: 9, rows })],
    ["of no width", "damaged", bmp({ bits: 24, width: 0, rows })],
  ])("%s is %s", async (_, code, bytes) => {
    await expect(readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS)).rejects.toMatchObject({ code });
  });

  test("says what of it is not read", async () => {
    await expect(readPicture(bmp({ bits: 64, rows }), clip, DEFAULT_PICTURE_LIMITS)).rejects.toThrow(
      /64 bits per pixel/,
    );
  });
});
