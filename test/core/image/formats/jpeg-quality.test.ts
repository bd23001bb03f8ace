import sharp from "sharp";
import { expect, test } from "vitest";
import { jpegQuality } from "../../../../src/core/image/formats/jpeg-quality.ts";
import { drawing } from "../drawing.ts";

test.each([25, 30, 50, 75, 92, 100])("reads the quality %i that a JPEG was saved with", async (quality) => {
  expect(jpegQuality(await drawing(1).jpeg({ quality }).toBuffer())).toBeCloseTo(quality, -1);
  const withMetadata = await drawing(1)
    .withExif({ IFD0: { Artist: "x".repeat(5000) } })
    .jpeg({ quality })
    .toBuffer();
  expect(jpegQuality(withMetadata)).toBe(jpegQuality(await drawing(1).jpeg({ quality }).toBuffer()));
});

test("other formats and damaged bytes have none", async () => {
  expect(jpegQuality(await drawing(1).png().toBuffer())).toBeUndefined();
  expect(jpegQuality(new Uint8Array())).toBeUndefined();
  expect(jpegQuality(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff))).toBeUndefined();
  expect(jpegQuality(Uint8Array.of(0xff, 0xd8, 0xff, 0xff, 0xff, 0xff))).toBeUndefined();
  const whole = await sharp(await drawing(1).png().toBuffer())
    .jpeg()
    .toBuffer();
  for (let length = 2; length < 40; length++) {
    const quality = jpegQuality(whole.subarray(0, length)) ?? 1;
    expect(quality).toBeGreaterThanOrEqual(1);
    expect(quality).toBeLessThanOrEqual(100);
  }
});
