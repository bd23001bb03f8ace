import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { compareStoredFingerprints } from "../../../src/core/image/hashing/perceptual-hash.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import type { ImageRecipe } from "../../../src/core/types.ts";
import { clip } from "./drawing.ts";
import { renderedFrom } from "./rendered-from.ts";

const recipe: ImageRecipe = { ...clip, resize: "squash", mean: [0, 0, 0], std: [1, 1, 1] };
const read = (bytes: Uint8Array, alpha?: "composite" | "drop") =>
  readPicture(bytes, { ...recipe, alpha }, DEFAULT_PICTURE_LIMITS);

const shapes = {
  star: '<path d="M50 5 61 40 97 40 68 61 79 95 50 74 21 95 32 61 3 40 39 40Z"/>',
  arrow: '<path d="M5 40H55V15L95 50 55 85V60H5Z"/>',
};

/** A drawing that exists in the opacity alone: every pixel has the same colour. */
async function cutOut(shape: keyof typeof shapes, colour: string, size = 100): Promise<Sharp> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="${size}" height="${size}">${shapes[shape]}</svg>`;
  const opacity = await sharp(Buffer.from(svg)).extractChannel("alpha").raw().toBuffer();
  const plain = { width: size, height: size, channels: 3, background: colour } as const;
  const raw = await sharp({ create: plain }).raw().toBuffer();
  const rgba = Buffer.alloc(size * size * 4);
  for (let pixel = 0; pixel < size * size; pixel++) {
    raw.copy(rgba, 4 * pixel, 3 * pixel, 3 * pixel + 3);
    rgba[4 * pixel + 3] = opacity[pixel]!;
  }
  return sharp(rgba, { raw: { width: size, height: size, channels: 4 } });
}

const greyAt = (pixels: Float32Array, x: number, y: number) => Math.round(pixels[y * 224 + x]! * 255);
async function thumbnailAt(webp: Uint8Array, x: number, y: number): Promise<number> {
  const { data, info } = await sharp(webp).greyscale().raw().toBuffer({ resolveWithObject: true });
  return data[(Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels]!;
}

describe("a black drawing on nothing is black on white", () => {
  const encoders: Record<string, (drawing: Sharp) => Sharp> = {
    PNG: (drawing) => drawing.png(),
    "palette PNG": (drawing) => drawing.png({ palette: true }),
    "16-bit PNG": (drawing) => drawing.toColourspace("rgb16").png(),
    WebP: (drawing) => drawing.webp({ lossless: true, exact: true }),
    AVIF: (drawing) => drawing.avif({ effort: 0 }),
    GIF: (drawing) => drawing.gif(),
    TIFF: (drawing) => drawing.tiff({ compression: "lzw" }),
  };
  test.each(Object.entries(encoders))("as %s", async (_, encode) => {
    const bytes = await encode(await cutOut("star", "black", 120)).toBuffer();
    const { picture, pixels } = await read(bytes);
    expect(greyAt(pixels, 112, 112)).toBeLessThan(16);
    expect(greyAt(pixels, 5, 5)).toBeGreaterThan(240);
    expect(await thumbnailAt(picture.thumbnail, 0.5, 0.5)).toBeLessThan(16);
    expect(await thumbnailAt(picture.thumbnail, 0.02, 0.02)).toBeGreaterThan(240);
    const { bytes: shown } = await renderedFrom(bytes, 60);
    expect(await thumbnailAt(shown, 0.5, 0.5)).toBeLessThan(32);
    expect(await thumbnailAt(shown, 0.02, 0.02)).toBeGreaterThan(230);
  });
});

test("a photo that was cut out stands on white, however pale its edge", async () => {
  const side = 240;
  const sky = Buffer.from(
    `<svg width="${side}" height="${side}"><defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#234"/><stop offset="0.5" stop-color="#8ac"/><stop offset="1" stop-color="#dca"/></linearGradient></defs><rect width="${side}" height="${side}" fill="#fbf8f2"/><circle cx="120" cy="120" r="88" fill="url(#g)"/></svg>`,
  );
  const oval = Buffer.from(`<svg width="${side}" height="${side}"><circle cx="120" cy="120" r="100"/></svg>`);
  const photo = await sharp(sky)
    .composite([{ input: oval, blend: "dest-in" }])
    .png()
    .toBuffer();
  const { picture } = await read(photo);
  expect(await thumbnailAt(picture.thumbnail, 0.02, 0.02)).toBeGreaterThan(240);
});

test("two drawings that differ in their opacity alone have different fingerprints", async () => {
  const [star, arrow] = await Promise.all(
    (["star", "arrow"] as const).map(async (shape) =>
      read(await (await cutOut(shape, "black")).png().toBuffer()),
    ),
  );
  const { distance } = compareStoredFingerprints(star!.picture.fingerprint, arrow!.picture.fingerprint);
  expect(distance).toBeGreaterThan(20);
});

test("a drawing and its copy on white are one picture to fingerprint and model", async () => {
  const drawing = await cutOut("star", "#204080");
  const clear = await read(await drawing.clone().png().toBuffer());
  const onWhite = await read(await drawing.clone().flatten({ background: "white" }).png().toBuffer());
  const { distance } = compareStoredFingerprints(clear.picture.fingerprint, onWhite.picture.fingerprint);
  expect(distance).toBe(0);
  expect(greatestDifference(clear.pixels, onWhite.pixels) * 255).toBeLessThan(4);
});

test.each(["white", "#fafafa", "#fff4e8", "#e8e8ff"])(
  "a drawing in %s is shown on black, where it can be seen",
  async (colour) => {
    const { pixels } = await read(await (await cutOut("arrow", colour)).png().toBuffer());
    expect(greyAt(pixels, 5, 5)).toBe(0);
    expect(greyAt(pixels, 112, 112)).toBeGreaterThan(220);
  },
);

test("a drawing in white and black loses neither: it is shown on grey, to people and the model", async () => {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><circle cx="110" cy="100" r="80" fill="black"/><circle cx="290" cy="100" r="80" fill="white"/></svg>`;
  const bytes = await sharp(Buffer.from(drawing)).png().toBuffer();
  const { picture, pixels } = await read(bytes);
  const { bytes: shown } = await renderedFrom(bytes, 100);
  for (const thumbnail of [picture.thumbnail, shown]) {
    expect(await thumbnailAt(thumbnail, 0.27, 0.5)).toBeLessThan(24);
    expect(await thumbnailAt(thumbnail, 0.73, 0.5)).toBeGreaterThan(232);
    expect(Math.abs((await thumbnailAt(thumbnail, 0.5, 0.5)) - 128)).toBeLessThan(12);
  }
  expect([greyAt(pixels, 60, 112), greyAt(pixels, 112, 112), greyAt(pixels, 164, 112)]).toEqual([
    0, 128, 255,
  ]);
});

test("white letters beside coloured ones are shown on black", async () => {
  const words = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect x="20" y="60" width="150" height="80" fill="#e03030"/><rect x="220" y="60" width="150" height="80" fill="white"/></svg>`;
  const { pixels } = await read(await sharp(Buffer.from(words)).png().toBuffer());
  expect(greyAt(pixels, 5, 5)).toBe(0);
});

test("a white page with rounded corners keeps its white ground", async () => {
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200" rx="24" fill="white"/>${Array.from({ length: 9 }, (_, line) => `<rect x="30" y="${20 + line * 18}" width="240" height="5"/>`).join("")}</svg>`;
  const { pixels } = await read(await sharp(Buffer.from(page)).png().toBuffer());
  expect(greyAt(pixels, 0, 0)).toBe(255);
});

test("a big transparent picture is reduced without the colours hidden under its transparent parts", async () => {
  const drawing = await cutOut("star", "#c02020", 1500);
  const { pixels } = await read(await drawing.png().toBuffer());
  const onWhite = await read(await drawing.clone().flatten({ background: "white" }).png().toBuffer());
  expect(greatestDifference(pixels, onWhite.pixels) * 255).toBeLessThan(10);
});

test.each([120, 1500])(
  "a model that drops opacity gets the hidden colours, people do not (%i px)",
  async (size) => {
    const { picture, pixels } = await read(
      await (await cutOut("star", "#c02020", size)).png().toBuffer(),
      "drop",
    );
    expect(greyAt(pixels, 5, 5)).toBe(0xc0);
    expect(await thumbnailAt(picture.thumbnail, 0.02, 0.02)).toBeGreaterThan(240);
  },
);

test("a picture without a single opaque pixel is blank", async () => {
  const { pixels } = await read(
    await sharp({ create: { width: 40, height: 40, channels: 4, background: "#ff000000" } })
      .png()
      .toBuffer(),
  );
  expect(pixels.every((value) => value === 1)).toBe(true);
});

const greatestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
