import sharp from "sharp";
import { expect, test } from "vitest";
import { takenAt } from "../../../src/core/image/taken-at.ts";
import { drawing } from "./drawing.ts";

async function exifWith(photo: Record<string, string>): Promise<Uint8Array> {
  const bytes = await drawing(1, 20, 20).withExif({ IFD2: photo }).jpeg().toBuffer();
  return (await sharp(bytes).metadata()).exif ?? new Uint8Array();
}

test("a capture time with its offset is that instant", async () => {
  const exif = await exifWith({ DateTimeOriginal: "2024:07:09 18:30:05", OffsetTimeOriginal: "+02:00" });
  expect(takenAt(exif)).toBe(Date.UTC(2024, 6, 9, 16, 30, 5));
});

test("a capture time without offset is local time", async () => {
  const exif = await exifWith({ DateTimeOriginal: "2024:07:09 18:30:05" });
  expect(takenAt(exif)).toBe(new Date(2024, 6, 9, 18, 30, 5).getTime());
});

test.each(["0000:00:00 00:00:00", "    :  :     :  :  ", "last summer"])(
  "the time %j is none",
  async (text) => {
    expect(takenAt(await exifWith({ DateTimeOriginal: text }))).toBeNull();
  },
);

test("no block, or garbage in it, is no time and no failure", () => {
  expect(takenAt(undefined)).toBeNull();
  expect(takenAt(new Uint8Array(300).fill(0xff))).toBeNull();
  expect(takenAt(Buffer.from("Exif\0\0MM\0*\0\0\0\x08\xff\xff", "latin1"))).toBeNull();
});
