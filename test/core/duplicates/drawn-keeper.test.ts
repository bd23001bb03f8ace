import sharp, { type Sharp } from "sharp";
import { expect, test } from "vitest";
import { chooseKeeper } from "../../../src/core/duplicates/choose-keeper.ts";
import { compareBatch, PreparedPictures } from "../../../src/core/embedder/compare-batch.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../src/core/image/picture-limits.ts";
import { measurePicture } from "../../../src/core/image/picture-quality.ts";
import { readPicture } from "../../../src/core/image/read-picture.ts";
import type { PictureQuality } from "../../../src/core/types.ts";
import { file } from "../../support/new-image.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { scene } from "../image/comparison/drawn-pictures.ts";

const RECIPE = {
  size: 224,
  resize: "squash",
  interpolation: "bilinear",
  mean: [0, 0, 0],
  std: [1, 1, 1],
} as const;
const SIZE = { width: 480, height: 360 };
const SEEDS = [11, 12, 13, 14];

/** Which of two files, the original the older, is kept, and why; measured in all their pixels, which needs a second decoding. */
const keptMeasured = async (original: Buffer, copy: Buffer) =>
  keptWith(
    original,
    copy,
    await Promise.all(
      [original, copy].map(async (file) => (await measurePicture(file, DEFAULT_PICTURE_LIMITS)).quality),
    ),
  );

/** Which of two files, the original the older, is kept, and why. */
const kept = (original: Buffer, copy: Buffer) => keptWith(original, copy, []);

async function keptWith(original: Buffer, copy: Buffer, measured: readonly PictureQuality[]) {
  const files = [original, copy];
  const pictures = await Promise.all(
    files.map(async (bytes) => (await readPicture(bytes, RECIPE, DEFAULT_PICTURE_LIMITS)).picture),
  );
  const compared = pictures.map(({ id, thumbnail, width, height }, at) => ({
    id,
    thumbnail,
    width,
    height,
    original: { bytes: files[at] ?? Buffer.of() },
  }));
  const [comparison] = await compareBatch(
    { pictures: compared, pairs: [[0, 1]] },
    new PreparedPictures(DEFAULT_PICTURE_LIMITS),
  );
  expect(comparison?.outcome).toBe("same");
  const images = pictures.map((picture, at) => ({
    ...picture,
    quality: { ...picture.quality, ...measured[at] },
    addedAt: 0,
    tags: [],
    placements: [file(`/photos/${at}`, { modifiedAt: 1000 + at })],
    placementCount: 1,
  }));
  const [a = "", b = ""] = images.map(({ id }) => id);
  const relation = { a, b, edits: comparison?.edits ?? [], measure: 1, byVerdict: false };
  const { keeper, why } = chooseKeeper({ images, relations: [relation] });
  return { kept: keeper.id === a ? "original" : "copy", why };
}

function shapes(seed: number): string {
  const random = seededRandom(seed);
  return Array.from(
    { length: 30 },
    () =>
      `<circle cx="${480 * random()}" cy="${360 * random()}" r="${6 + 50 * random()}" fill="hsl(${360 * random()},60%,${20 + 50 * random()}%)"/>`,
  ).join("");
}

const drawing = (content: string) =>
  sharp(Buffer.from(`<svg width="${SIZE.width}" height="${SIZE.height}">${content}</svg>`));

/** Shapes on a background, with the grain of a camera. */
async function photo(seed: number): Promise<Sharp> {
  const random = seededRandom(seed);
  const { data, info } = await drawing(`<rect width="480" height="360" fill="#8a9"/>${shapes(seed)}`)
    .removeAlpha()
    .blur(1)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const grained = data.map((level) => Math.max(0, Math.min(255, level + 24 * (random() - 0.5))));
  return sharp(grained, { raw: { ...SIZE, channels: info.channels } });
}

const jpeg = (picture: Sharp, quality = 88) => picture.jpeg({ quality }).toBuffer();

test.each(SEEDS)("a dark photo is kept, not its brighter copy, which takes more bytes (%i)", async (seed) => {
  const dark = await jpeg((await photo(seed)).linear(0.5, 0));
  const brighter = await jpeg(sharp(dark).linear(1.5, 0));
  expect(brighter.length).toBeGreaterThan(1.01 * dark.length);
  expect((await kept(dark, brighter)).kept).toBe("original");
});

test.each(SEEDS)("a darker copy is not kept either (%i)", async (seed) => {
  const original = await jpeg(await photo(seed));
  expect((await kept(original, await jpeg(sharp(original).linear(0.75, 0)))).kept).toBe("original");
});

test.each(SEEDS)("a smaller brighter copy is still told by its size (%i)", async (seed) => {
  const original = await jpeg(await photo(seed));
  const copy = await jpeg(sharp(original).resize(240, 180).linear(1.2, 0));
  expect(await kept(original, copy)).toMatchObject({ kept: "original" });
});

test.each(SEEDS)("a transparent PNG is kept, not its JPEG on white with more bytes (%i)", async (seed) => {
  const original = await drawing(shapes(seed)).png().toBuffer();
  const flattened = await jpeg(sharp(original).flatten({ background: "#fff" }), 98);
  expect(flattened.length).toBeGreaterThan(original.length);
  expect(await kept(original, flattened)).toEqual({
    kept: "original",
    why: "the original: the other is flattened",
  });
});

test.each(SEEDS)(
  "a copy that was mirrored or turned and saved a little better is not kept (%i)",
  async (seed) => {
    const original = await jpeg(sharp(await scene(seed)), 82);
    const edited = [sharp(original).flop(), sharp(original).rotate(90), sharp(original).rotate(180)];
    for (const copy of await Promise.all(edited.map((picture) => jpeg(picture, 85)))) {
      // However much older, and at the shorter path.
      expect((await keptMeasured(original, copy)).kept).toBe("original");
      expect((await keptMeasured(copy, original)).kept).toBe("copy");
    }
  },
);

test.each(SEEDS)("nor one of a grey photo that was made grey once more (%i)", async (seed) => {
  const original = await jpeg((await photo(seed)).greyscale(), 82);
  const copy = await jpeg(sharp(original).greyscale(), 85);
  expect(await keptMeasured(copy, original)).toEqual({
    kept: "copy",
    why: "the original: the other is saved again from one of them",
  });
});

test.each(SEEDS)("nor a brighter or sepia copy that was saved a little better (%i)", async (seed) => {
  const original = await jpeg(sharp(await scene(seed)).linear(0.8, 10), 82);
  const sepia = [
    [0.393, 0.769, 0.189],
    [0.349, 0.686, 0.168],
    [0.272, 0.534, 0.131],
  ] as const;
  for (const picture of [
    sharp(original).linear(1.15, 0),
    sharp(original).recomb([[...sepia[0]], [...sepia[1]], [...sepia[2]]]),
  ]) {
    const copy = await jpeg(picture, 85);
    expect((await keptMeasured(original, copy)).kept).toBe("original");
    expect((await keptMeasured(copy, original)).kept).toBe("copy");
  }
});

test.each([
  ["mirrored", (photo: Sharp) => photo.flop()],
  ["flipped", (photo: Sharp) => photo.flip()],
  ["turned by a quarter", (photo: Sharp) => photo.rotate(90)],
  ["turned by half", (photo: Sharp) => photo.rotate(180)],
] as const)("a PNG of a JPEG that was %s is not kept, though it is older", async (_, turn) => {
  // Sides of no whole blocks: those of the copy begin elsewhere.
  const photo = await sharp(await scene(31))
    .resize(397, 301, { fit: "fill" })
    .jpeg({ quality: 85 })
    .toBuffer();
  const copy = await turn(sharp(photo)).png().toBuffer();
  const { kept, why } = await keptMeasured(copy, photo);
  expect(kept).toBe("copy");
  expect(why).toMatch(/^the original: the other is (mirrored|turned)$/);
});
