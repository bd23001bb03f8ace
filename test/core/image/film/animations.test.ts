import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { openPicture } from "../../../../src/core/image/open-picture.ts";
import { DEFAULT_PICTURE_LIMITS } from "../../../../src/core/image/picture-limits.ts";
import { readPicture } from "../../../../src/core/image/read-picture.ts";
import { resizedPicture } from "../../../../src/core/image/render.ts";
import { FFMPEG, makeFilm } from "../../../support/films.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { clip, drawing } from "../drawing.ts";

/** Each drawing for some frames of half a second. */
async function animation(format: "gif" | "webp", shots: readonly { seed: number; frames: number }[]) {
  const pictures = await Promise.all(
    shots.flatMap(({ seed, frames }) =>
      Array.from({ length: frames }, () => drawing(seed, 64, 48).png().toBuffer()),
    ),
  );
  const joined = sharp(pictures, { join: { animated: true } });
  const delay = pictures.map(() => 500);
  return format === "gif" ? joined.gif({ delay }).toBuffer() : joined.webp({ delay }).toBuffer();
}

const shots = [
  { seed: 1, frames: 3 },
  { seed: 2, frames: 2 },
  { seed: 3, frames: 4 },
];

test.each(["gif", "webp"] as const)(
  "an animated %s: the first frame stands for it, and each other shot has its time",
  async (format) => {
    const bytes = await animation(format, shots);
    const { picture, parts = [] } = await readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS);
    expect(picture).toMatchObject({ format, width: 64, height: 48, durationMs: 4500, coverAtMs: 0 });
    expect(parts.map(({ part }) => part)).toEqual([
      { kind: "frame", atMs: 1500 },
      { kind: "frame", atMs: 2500 },
    ]);
    const still = await readPicture(await drawing(3, 64, 48).png().toBuffer(), clip, DEFAULT_PICTURE_LIMITS);
    const distance = (parts[1]?.pixels ?? new Float32Array()).reduce(
      (sum, value, at) => sum + Math.abs(value - (still.pixels[at] ?? 0)),
      0,
    );
    expect(distance / still.pixels.length).toBeLessThan(0.2);
    const shown = await resizedPicture(await openPicture(bytes, DEFAULT_PICTURE_LIMITS), 64, {
      kind: "frame",
      atMs: 2600,
    });
    const [first, third] = await Promise.all(
      [1, 3].map(async (seed) => meanDifference(shown.bytes, await drawing(seed, 64, 48).png().toBuffer())),
    );
    expect(third).toBeLessThan(first ?? 0);
  },
);

async function meanDifference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [one, other] = await Promise.all(
    [a, b].map((bytes) => sharp(bytes).removeAlpha().resize(32, 32, { fit: "fill" }).raw().toBuffer()),
  );
  return [...(one ?? [])].reduce((sum, level, at) => sum + Math.abs(level - (other?.[at] ?? 0)), 0);
}

test("frames without a time have the usual one", async () => {
  const quick = await sharp(await Promise.all([1, 2].map((seed) => drawing(seed, 64, 48).png().toBuffer())), {
    join: { animated: true },
  })
    .gif({ delay: [0, 0] })
    .toBuffer();
  expect((await readPicture(quick, clip, DEFAULT_PICTURE_LIMITS)).parts).toMatchObject([
    { part: { atMs: 100 } },
  ]);
});

test("a still stays what it was", async () => {
  const still = await readPicture(await drawing(1).webp().toBuffer(), clip, DEFAULT_PICTURE_LIMITS);
  expect(still.parts).toBeUndefined();
  expect(still.picture.durationMs).toBeUndefined();
});

test.skipIf(!FFMPEG)("an animated PNG is read by ffmpeg, where it is a file", async () => {
  const path = join(temporaryFolder(), "moving.png");
  await makeFilm(path, { shots: 3, encoded: ["-pix_fmt", "rgb24", "-f", "apng"] });
  const bytes = readFileSync(path);
  const { picture, parts } = await readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS, { path });
  expect(picture).toMatchObject({ format: "png", pages: 36, coverAtMs: 0 });
  expect(parts).toHaveLength(2);
  expect((await readPicture(bytes, clip, DEFAULT_PICTURE_LIMITS)).parts).toBeUndefined();
});
