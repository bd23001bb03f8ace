import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { WHOLE } from "../../../src/core/part.ts";
import { collapse } from "../../../src/core/search/collapse.ts";
import { randomEmbedding, seededRandom } from "../../support/random-embeddings.ts";

const random = seededRandom(7);
const turned = (degrees: number) =>
  Float32Array.of(Math.cos((degrees / 180) * Math.PI), Math.sin((degrees / 180) * Math.PI));

test("near-identical matches join the best ranked of them, whatever lies between", async () => {
  const vectors = new Map([
    [1, turned(0)],
    [2, turned(40)],
    [3, turned(1)],
    [4, turned(41)],
  ]);
  const ranked = [1, 2, 3, 4].map((key, at) => ({ key, part: WHOLE, score: 0.9 - at / 100 }));
  const merged = await collapse(ranked, vectors, 0.99);
  expect(merged.map(({ key, alike }) => [key, alike])).toEqual([
    [1, [3]],
    [2, [4]],
  ]);
});

test("thousands of matches do not block the event loop, and an abort ends it", async () => {
  const keys = Array.from({ length: 4000 }, (_, at) => at + 1);
  const vectors = new Map(keys.map((key) => [key, randomEmbedding(random, 256)]));
  const ranked = keys.map((key) => ({ key, part: WHOLE, score: 0.5 - key / 1e6 }));
  const stop = new AbortController();
  const merging = collapse(ranked, vectors, 0.9, stop.signal);
  void delay(1).then(() => stop.abort());
  await expect(merging).rejects.toThrow(/abort/i);
});
