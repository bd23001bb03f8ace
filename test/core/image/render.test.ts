import sharp from "sharp";
import { expect, test } from "vitest";
import { PictureError } from "../../../src/core/errors.ts";
import { contactSheet } from "../../../src/core/image/contact-sheet.ts";
import { pngThumbnail } from "../../../src/core/image/render.ts";
import { drawing } from "./drawing.ts";
import { renderedFrom } from "./rendered-from.ts";

test("a thumbnail becomes a PNG of the same size", async () => {
  const { bytes: png } = await pngThumbnail(await drawing(1, 120, 90).webp().toBuffer());
  expect(await sharp(png).metadata()).toMatchObject({ format: "png", width: 120, height: 90 });
});

test("a picture for viewing is upright, small and without metadata", async () => {
  const turned = await drawing(2, 800, 600)
    .withExif({ IFD0: { Artist: "someone" } })
    .withMetadata({ orientation: 6 });
  const { bytes, mimeType, width, height } = await renderedFrom(await turned.jpeg().toBuffer(), 400);
  expect({ mimeType, width, height }).toEqual({ mimeType: "image/jpeg", width: 300, height: 400 });
  const { exif, orientation } = await sharp(bytes).metadata();
  expect({ exif, orientation }).toEqual({ exif: undefined, orientation: undefined });
});

test("a small picture is not enlarged, and its transparent parts are white in a JPEG", async () => {
  const clear = { r: 0, g: 0, b: 0, alpha: 0 };
  const bytes = await sharp({ create: { width: 20, height: 10, channels: 4, background: clear } })
    .png()
    .toBuffer();
  const { bytes: rendered, width, height } = await renderedFrom(bytes, 400);
  expect({ width, height }).toEqual({ width: 20, height: 10 });
  expect((await sharp(rendered).raw().toBuffer())[0]).toBeGreaterThan(250);
});

test("what cannot be rendered is rejected with a reason", async () => {
  const text = Buffer.from("not a picture at all");
  await expect(renderedFrom(text, 400)).rejects.toBeInstanceOf(PictureError);
  await expect(pngThumbnail(text)).rejects.toBeInstanceOf(PictureError);
  await expect(contactSheet([{ thumbnail: text, label: "1" }])).rejects.toBeInstanceOf(PictureError);
});

test("a contact sheet lays pictures out in rows, each with its label", async () => {
  const thumbnail = await drawing(3, 256, 192).webp().toBuffer();
  const items = (label: (index: number) => string) =>
    [0, 1, 2, 3, 4].map((index) => ({ thumbnail, label: label(index) }));
  const labelled = await contactSheet(items((index) => `${index + 1}`));
  const unlabelled = await contactSheet(items(() => ""));
  expect(labelled).toMatchObject({ mimeType: "image/jpeg", width: 3 * 200 + 8, height: 2 * 226 + 8 });
  expect(await sharp(labelled.bytes).metadata()).toMatchObject({ width: 608, height: 460 });
  expect(await inkOf(labelled.bytes)).toBeGreaterThan((await inkOf(unlabelled.bytes)) + 0.1);
});

test("labels are drawn, never interpreted, and cut to the cell", async () => {
  const thumbnail = await drawing(3, 64, 64).webp().toBuffer();
  const label = `"/></svg><script>${"x".repeat(500)}\u202e\n`;
  const sheet = await contactSheet([{ thumbnail, label }], { cell: 100 });
  expect(sheet).toMatchObject({ width: 116, height: 142 });
});

/** Darkness of the rows between the pictures' squares, where the labels are. */
async function inkOf(sheet: Uint8Array): Promise<number> {
  const strip = sharp(sheet).extract({ left: 8, top: 200, width: 592, height: 26 });
  const { channels } = await sharp(await strip.toBuffer()).stats();
  return 255 - (channels[0]?.mean ?? 255);
}
