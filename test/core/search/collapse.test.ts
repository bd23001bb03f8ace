import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { computeFingerprint } from "../../../src/core/image/hashing/perceptual-hash.ts";
import type { RawPicture } from "../../../src/core/image/raw-picture.ts";
import { WHOLE } from "../../../src/core/part.ts";
import { collapse } from "../../../src/core/search/collapse.ts";
import { randomEmbedding, seededRandom } from "../../support/random-embeddings.ts";
import { openDuplicateLibrary } from "../duplicates/duplicate-library.ts";
import { brightened, mirrored, painted } from "../duplicates/painted.ts";

const random = seededRandom(7);
const turned = (degrees: number) =>
  Float32Array.of(Math.cos((degrees / 180) * Math.PI), Math.sin((degrees / 180) * Math.PI));

/** Counts how often a vector is looked at. */
class CountedMap extends Map<number, Float32Array> {
  looked = 0;

  override get(key: number) {
    this.looked += 1;
    return super.get(key);
  }
}

/** Merges pictures, best ranked first, whose vectors point in these directions; by their ranks from 1. */
async function merged(pictures: readonly { readonly pixels: RawPicture; readonly degrees: number }[]) {
  const library = await openDuplicateLibrary();
  for (const [at, { pixels }] of pictures.entries()) await library.add(`${at}`, { pixels });
  const ranked = pictures.map((_, at) => ({ key: at + 1, part: WHOLE, score: 0.9 - at / 100 }));
  const vectors = new Map(pictures.map(({ degrees }, at) => [at + 1, turned(degrees)]));
  const found = await collapse(await library.parts(), ranked, vectors, { threshold: 0.99 });
  return found.map(({ key, alike }) => [key, alike]);
}

test("copies join the best ranked of them, whatever lies between", async () => {
  const [one, two] = [painted(1), painted(2)];
  const pictures = [
    { pixels: one, degrees: 0 },
    { pixels: two, degrees: 40 },
    { pixels: brightened(one), degrees: 1 },
    { pixels: mirrored(two), degrees: 41 },
  ];
  expect(await merged(pictures)).toEqual([
    [1, [3]],
    [2, [4]],
  ]);
});

test("different pictures stay apart, however near their vectors are", async () => {
  const pictures = [1, 2, 3].map((seed) => ({ pixels: painted(seed), degrees: 0 }));
  expect(await merged(pictures)).toEqual([
    [1, []],
    [2, []],
    [3, []],
  ]);
});

test("of copies by the thousand, later ones are compared with some of those before, and all are one hit", async () => {
  const keys = Array.from({ length: 2000 }, (_, at) => at + 1);
  const vectors = new CountedMap(keys.map((key) => [key, turned(key / 1e4)]));
  const fingerprint = computeFingerprint(painted(1));
  const same = { outcome: "same", inDoubt: false, edits: [], agreement: 1 } as const;
  const { catalog, embedder } = await (await openDuplicateLibrary()).parts();
  const context = {
    embedder,
    catalog: {
      ...catalog,
      images: { ...catalog.images, fingerprint: async () => fingerprint },
      comparisons: {
        ...catalog.comparisons,
        get: async (_: number, pairs: readonly (readonly [number, number])[]) =>
          pairs.map(([first, second]) => ({ first, second, comparison: same })),
      },
    },
  };
  const ranked = keys.map((key) => ({ key, part: WHOLE, score: 0.5 - key / 1e6 }));
  const found = await collapse(context, ranked, vectors, { threshold: 0.99 });
  expect(found.map(({ key, alike }) => [key, alike.length])).toEqual([[1, 1999]]);
  // Each with each would be two million.
  expect(vectors.looked).toBeLessThan(400_000);
});

test("where words alone rank thousands, each is compared with some of those before it", async () => {
  const keys = Array.from({ length: 4000 }, (_, at) => at + 1);
  const vectors = new CountedMap(keys.map((key) => [key, randomEmbedding(random, 16)]));
  const { parts } = await openDuplicateLibrary();
  const ranked = keys.map((key) => ({ key, part: WHOLE, score: 0 }));
  expect(await collapse(await parts(), ranked, vectors, { threshold: 0.95 })).toHaveLength(4000);
  // Each with each would be eight million.
  expect(vectors.looked).toBeLessThan(1_010_000);
});

test("thousands of matches do not block the event loop, and an abort ends it", async () => {
  const keys = Array.from({ length: 4000 }, (_, at) => at + 1);
  const vectors = new Map(keys.map((key) => [key, randomEmbedding(random, 256)]));
  const ranked = keys.map((key) => ({ key, part: WHOLE, score: 0.5 - key / 1e6 }));
  const stop = new AbortController();
  const { parts } = await openDuplicateLibrary();
  const merging = collapse(await parts(), ranked, vectors, { threshold: 0.9, signal: stop.signal });
  void delay(1).then(() => stop.abort());
  await expect(merging).rejects.toThrow(/abort/i);
});
