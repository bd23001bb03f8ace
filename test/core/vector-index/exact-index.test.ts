import { describe, expect, test } from "vitest";
import type { ImageKey } from "../../../src/core/ports.ts";
import type { Embedding } from "../../../src/core/types.ts";
import { compileDotKernel } from "../../../src/core/vector-index/dot-kernel.ts";
import { ExactIndex } from "../../../src/core/vector-index/exact-index.ts";
import { randomEmbedding, seededRandom } from "../../support/random-embeddings.ts";
import { describeVectorIndex, expectSameNeighbors, nearest } from "../../support/vector-index-contract.ts";

function filled(index: ExactIndex, embeddings: ReadonlyMap<ImageKey, Embedding>): ExactIndex {
  for (const [key, embedding] of embeddings) index.put(key, embedding);
  return index;
}

describe.skipIf(!compileDotKernel())("an exact index", () => {
  describeVectorIndex((dimensions, embeddings) => filled(new ExactIndex(dimensions), embeddings));
});

describe("an exact index on a processor without SIMD", () => {
  describeVectorIndex((dimensions, embeddings) => filled(new ExactIndex(dimensions, null), embeddings));
});

test.each([1, 3, 16, 17, 100, 512, 768])(
  "embeddings of %i numbers are compared whole",
  async (dimensions) => {
    const random = seededRandom(dimensions);
    const embeddings = new Map(
      Array.from({ length: 40 }, (_, i) => [i + 1, randomEmbedding(random, dimensions)] as const),
    );
    const index = new ExactIndex(dimensions);
    for (const [key, embedding] of embeddings) index.put(key, embedding);
    const query = randomEmbedding(random, dimensions);
    expectSameNeighbors(await index.search(query, { limit: 40 }), nearest(embeddings, query, 40));
  },
);

test("vectors of several blocks are one index", async () => {
  const dimensions = 16_384;
  const random = seededRandom(1);
  const index = new ExactIndex(dimensions);
  const embeddings = new Map(
    Array.from({ length: 2100 }, (_, i) => {
      const embedding = new Float32Array(dimensions);
      embedding[i] = random();
      embedding[dimensions - 1 - i] = random();
      return [i + 1, embedding] as const;
    }),
  );
  for (const [key, embedding] of embeddings) index.put(key, embedding);
  const query = Float32Array.from({ length: dimensions }, random);
  expectSameNeighbors(await index.search(query, { limit: 5 }), nearest(embeddings, query, 5));
  const within = new Set([2100, 1, 1030, 5, 1020]);
  const inside = new Map([...embeddings].filter(([key]) => within.has(key)));
  expectSameNeighbors(await index.search(query, { limit: 5, within }), nearest(inside, query, 5));
});

test("a vector with NaN is never found", async () => {
  const index = new ExactIndex(4);
  index.put(1, Float32Array.of(Number.NaN, 0, 0, 1));
  index.put(2, Float32Array.of(0, 0, 0, 1));
  const found = await index.search(Float32Array.of(0, 0, 0, 1), { limit: 10 });
  expect(found).toEqual([{ key: 2, part: { kind: "whole" }, score: 1 }]);
  expect(await index.search(Float32Array.of(0, 0, 0, 1), { limit: 10, within: new Set([1]) })).toEqual([]);
});

/** Large enough, without SIMD, to yield several times on any machine. */
function longWork(): { index: ExactIndex; query: Float32Array } {
  const index = new ExactIndex(512, null);
  const query = randomEmbedding(seededRandom(2), 512);
  for (let key = 1; key <= 100_000; key++) index.put(key, query);
  return { index, query };
}

test("a long search yields to other events, which can abort it", async () => {
  const { index, query } = longWork();
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  await expect(index.search(query, { limit: 1, signal: controller.signal })).rejects.toThrow("aborted");
});

test("an image removed during a search is not among its matches", async () => {
  const { index, query } = longWork();
  setImmediate(() => index.remove(1));
  const found = await index.search(query, { limit: 3 });
  expect(found.map(({ key }) => key)).toEqual([2, 3]);
});
