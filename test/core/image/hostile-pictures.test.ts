import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { PictureError } from "../../../src/core/errors.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import type { PictureLimits } from "../../../src/core/types.ts";
import { clip, drawing, randomNumbers } from "./drawing.ts";
import { chunk } from "./made-png.ts";

async function codeOf(bytes: Uint8Array, limits: Partial<PictureLimits> = {}): Promise<string> {
  try {
    await readPicture(bytes, clip, { ...DEFAULT_PICTURE_LIMITS, ...limits });
    return "read";
  } catch (error) {
    if (error instanceof PictureError && error.message.endsWith(".")) return error.code;
    throw error;
  }
}

describe("what is not a picture is rejected by its bytes", () => {
  test.each([
    ["an empty file", "empty", ""],
    ["text called .jpg", "not-a-picture", "Dear all, the photo is in the attachment."],
    ["a PDF", "unsupported-format", "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj"],
    ["a web page", "not-a-picture", "<!doctype html><title>404</title>"],
    ["an SVG", "unsupported-format", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    [
      "an SVG with a prologue",
      "unsupported-format",
      '<?xml version="1.0"?>\n<!-- x --><svg width="9"></svg>',
    ],
    ["a picture of Netpbm", "unsupported-format", "P6\n2 1\n255\nabcdef"],
    ["a DDS texture", "unsupported-format", "DDS |\0\0\0"],
    ["a QOI picture", "unsupported-format", "qoif\0\0\0\x02\0\0\0\x01\x03\0"],
    ["a PCX picture", "unsupported-format", "\n\x05\x01\x08\0\0\0\0"],
    ["a Targa picture", "unsupported-format", "\0\0\x02\0\0\0\0\0\0\0\0\0\x01\0\x01\0\x18\x20abc"],
    ["the first bytes of a HEIC photo", "damaged", "\0\0\0\x18ftypheic\0\0\0\0heicmif1"],
    ["a JPEG signature and nothing more", "damaged", "\xff\xd8\xff\xe0"],
    ["a PNG signature and nothing more", "damaged", "\x89PNG\r\n\x1a\n"],
  ])("%s is %s", async (_, code, content) => {
    expect(await codeOf(Buffer.from(content, "latin1"))).toBe(code);
  });
});

describe("limits apply before anything is decoded", () => {
  test("a PNG of a few kB that claims 40,000 x 40,000 pixels", async () => {
    const bomb = bombPng(40_000);
    expect(bomb.length).toBeLessThan(10_000);
    const before = process.memoryUsage().rss;
    expect(await codeOf(bomb)).toBe("too-many-pixels");
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  test.each([
    [65_536, 1],
    [1, 65_536],
  ])("a strip of %i x %i pixels", async (width, height) => {
    const bytes = await strip(width, height);
    expect(await codeOf(bytes)).toBe("too-many-pixels");
    await expect(readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS)).rejects.toThrow(/65,535/);
  });

  test("a strip as long as any that is read", async () => {
    expect(await codeOf(await strip(65_535, 1))).toBe("read");
  });

  test("more bytes than allowed", async () => {
    const bytes = await drawing(1).png().toBuffer();
    expect(await codeOf(bytes, { maxBytes: bytes.length - 1 })).toBe("too-many-bytes");
    expect(await codeOf(bytes, { maxBytes: bytes.length })).toBe("read");
  });

  test("more pixels than allowed", async () => {
    const bytes = await drawing(1, 100, 80).jpeg().toBuffer();
    expect(await codeOf(bytes, { maxPixels: 7_999 })).toBe("too-many-pixels");
    expect(await codeOf(bytes, { maxPixels: 8_000 })).toBe("read");
  });
});

describe("damaged pictures", () => {
  test.each(["jpeg", "png", "webp", "gif", "tiff"] as const)("a %s cut in half", async (format) => {
    const bytes = await drawing(2, 600, 400).toFormat(format).toBuffer();
    expect(await codeOf(bytes.subarray(0, bytes.length / 2))).toBe("damaged");
  });

  test("a big JPEG that would be shrunk while loading is noticed as well", async () => {
    const bytes = await drawing(2, 2400, 1800).jpeg().toBuffer();
    expect(await codeOf(bytes.subarray(0, bytes.length * 0.6))).toBe("damaged");
  });

  test("random damage gives a picture or a PictureError, and nothing else", async () => {
    const random = randomNumbers(7);
    const formats = ["jpeg", "png", "webp", "gif", "tiff"] as const;
    const originals = await Promise.all(
      formats.map((format) =>
        drawing(8, 90, 60)
          .withExif({ IFD0: { Make: "x" } })
          .toFormat(format)
          .toBuffer(),
      ),
    );
    for (let round = 0; round < 300; round++) {
      const original = originals[round % originals.length]!;
      const bytes = Uint8Array.from(original).subarray(
        0,
        random() < 0.3 ? random() * original.length : undefined,
      );
      for (let hit = 0; hit < 1 + random() * 12; hit++)
        bytes[Math.floor(random() * bytes.length)] = random() * 256;
      expect(await codeOf(bytes)).toBeTypeOf("string");
    }
  });
});

const strip = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "teal" } })
    .png()
    .toBuffer();

/** One row of zeros that claims to be a square of this side. */
function bombPng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc(1_000_000));
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("size is bounded by the memory that decoding takes", () => {
  const limits = { maxMemory: 8 * 2 ** 20 };
  const large = () => sharp({ create: { width: 3000, height: 2000, channels: 3, background: "teal" } });

  test.each([
    ["a JPEG, which is shrunk while loading", "read", () => large().jpeg()],
    ["a PNG, whose rows pass through", "read", () => large().png()],
    ["a progressive JPEG", "too-many-pixels", () => large().jpeg({ progressive: true })],
    ["an interlaced PNG", "too-many-pixels", () => large().png({ progressive: true })],
    ["a WebP", "too-many-pixels", () => large().webp()],
    ["an AVIF", "too-many-pixels", () => large().avif({ effort: 0 })],
  ])("%s is %s", async (_, code, make) => {
    expect(await codeOf(await make().toBuffer(), limits)).toBe(code);
  });

  test("the refusal names need, limit and setting", async () => {
    const bytes = await large().webp().toBuffer();
    await expect(readPicture(bytes, clip, { ...DEFAULT_PICTURE_LIMITS, ...limits })).rejects.toThrow(
      /3000 x 2000, which takes about \d+ MiB .* limit is 8 MiB \(GLIMPSE_PICTURE_MEMORY\)/,
    );
  });

  test("a JPEG of 108 million pixels is read", async () => {
    const bytes = await sharp({ create: { width: 12_000, height: 9000, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer();
    expect(await codeOf(bytes)).toBe("read");
  });
});
