import { describe, expect, test } from "vitest";
import { WHOLE } from "../../src/core/part.ts";
import type { ImageKey, Match } from "../../src/core/ports.ts";
import type { Embedding, Part } from "../../src/core/types.ts";
import type { VectorIndex } from "../../src/core/vector-index/vector-index.ts";
import { randomEmbedding, seededRandom } from "./random-embeddings.ts";

const DIMENSIONS = 48;
/** Enough for an index to use its graph, if it has one. */
const COUNT = 6000;

type Scored = Pick<Match, "key" | "score">;

export type CreateIndex = (
  dimensions: number,
  embeddings: ReadonlyMap<ImageKey, Embedding>,
) => VectorIndex | Promise<VectorIndex>;

/** The contract of every vector index. `create` returns an index that holds these. */
export function describeVectorIndex(create: CreateIndex): void {
  const random = seededRandom(7);
  const embeddings = new Map<ImageKey, Embedding>();
  for (let key = 1; key <= COUNT; key++) embeddings.set(key, randomEmbedding(random, DIMENSIONS));
  const query = randomEmbedding(random, DIMENSIONS);

  const filled = () => create(DIMENSIONS, embeddings);

  test("an empty index has no matches", async () => {
    const index = await create(DIMENSIONS, new Map());
    expect(index.size).toBe(0);
    expect(await index.search(query, { limit: 10 })).toEqual([]);
    index.close();
  });

  test("finds the nearest with their exact cosines, best first", async () => {
    const index = await filled();
    expectSameNeighbors(await index.search(query, { limit: 10 }), nearest(embeddings, query, 10));
    index.close();
  });

  test("returns everything when the limit is higher", async () => {
    const index = await filled();
    expect(await index.search(query, { limit: COUNT * 2 })).toHaveLength(COUNT);
    index.close();
  });

  test("returns nothing for a limit of 0", async () => {
    const index = await filled();
    expect(await index.search(query, { limit: 0 })).toEqual([]);
    index.close();
  });

  test.each([1, 7, 600, 2400, 4800, 5999])("searches within a scope of %i keys only", async (size) => {
    const index = await filled();
    const within = new Set([...embeddings.keys()].filter((key) => (key * 7) % COUNT < size));
    const inside = new Map([...embeddings].filter(([key]) => within.has(key)));
    const found = await index.search(query, { limit: 10, within });
    expectSameNeighbors(found, nearest(inside, query, 10));
    index.close();
  });

  test("keys in the scope that the index does not hold are not found", async () => {
    const index = await filled();
    const found = await index.search(query, { limit: 10, within: new Set([3, COUNT + 1, COUNT + 2]) });
    expect(found.map(({ key }) => key)).toEqual([3]);
    expect(await index.search(query, { limit: 10, within: new Set() })).toEqual([]);
    index.close();
  });

  test("returns embeddings as they were stored, and replaces them", async () => {
    const index = await filled();
    expect(index.get(5)).toEqual(embeddings.get(5));
    index.put(5, query);
    expect(index.get(5)).toEqual(query);
    expect(index.size).toBe(COUNT);
    expect((await index.search(query, { limit: 1 })).map(({ key }) => key)).toEqual([5]);
    index.close();
  });

  test("a removed image is neither found nor kept, and removing it again is harmless", async () => {
    const index = await filled();
    const left = new Map(embeddings);
    for (const { key } of nearest(embeddings, query, 200)) {
      index.remove(key);
      index.remove(key);
      left.delete(key);
      expect(index.get(key)).toBeUndefined();
    }
    expect(index.size).toBe(COUNT - 200);
    expectSameNeighbors(await index.search(query, { limit: 10 }), nearest(left, query, 10));
    index.close();
  });

  test("slots of removed vectors are reused", async () => {
    const index = await filled();
    const now = new Map(embeddings);
    for (let key = 1; key <= 300; key++) {
      index.remove(key);
      now.delete(key);
      const embedding = randomEmbedding(random, DIMENSIONS);
      index.put(COUNT + key, embedding);
      now.set(COUNT + key, embedding);
    }
    expect(index.size).toBe(COUNT);
    expectSameNeighbors(await index.search(query, { limit: 20 }), nearest(now, query, 20));
    index.close();
  });

  test("a removed key can be stored again", async () => {
    const index = await filled();
    index.remove(9);
    index.put(9, query);
    expect((await index.search(query, { limit: 1 })).map(({ key }) => key)).toEqual([9]);
    index.close();
  });

  test("equal vectors sort by key", async () => {
    const index = await create(DIMENSIONS, new Map());
    for (const key of [8, 3, 11, 1]) index.put(key, query);
    expect((await index.search(query, { limit: 3 })).map(({ key }) => key)).toEqual([1, 3, 8]);
    index.close();
  });

  describe("an image with several parts", () => {
    const frame = (atMs: number): Part => ({ kind: "frame", atMs });
    const other = randomEmbedding(random, DIMENSIONS);

    test("is one match, by its best part", async () => {
      const index = await filled();
      index.put(9, other, frame(1000));
      index.put(9, query, frame(2000));
      index.put(COUNT + 1, query, { kind: "page", page: 3 });
      const found = await index.search(query, { limit: 3 });
      expect(found.map(({ key, part }) => ({ key, part }))).toEqual([
        { key: 9, part: frame(2000) },
        { key: COUNT + 1, part: { kind: "page", page: 3 } },
        { key: nearest(embeddings, query, 1)[0]?.key, part: WHOLE },
      ]);
      expect(index.size).toBe(COUNT + 1);
      index.close();
    });

    test("takes only one of the returned places", async () => {
      const index = await create(DIMENSIONS, new Map());
      for (let key = 1; key <= 20; key++) {
        for (let at = 0; at < 30; at++) index.put(key, at === key ? query : other, frame(at));
      }
      const found = await index.search(query, { limit: 20 });
      expect(found.map(({ key, part }) => ({ key, part }))).toEqual(
        Array.from({ length: 20 }, (_, i) => ({ key: i + 1, part: frame(i + 1) })),
      );
      index.close();
    });

    test.each([1, 3000, COUNT])("is found by its best part in a scope of %i keys", async (size) => {
      const index = await filled();
      index.put(9, query, frame(2000));
      index.put(10, query, frame(2000));
      const within = new Set([9, ...[...embeddings.keys()].filter((key) => key < size && key !== 10)]);
      const found = await index.search(query, { limit: 2, within });
      expect(found[0]).toMatchObject({ key: 9, part: frame(2000) });
      expect(found.map(({ key }) => key)).not.toContain(10);
      index.close();
    });

    test("has the embedding of the whole, whichever came first", async () => {
      const index = await create(DIMENSIONS, new Map());
      index.put(1, other, frame(0));
      expect(index.get(1)).toEqual(other);
      index.put(1, query);
      index.put(1, other, frame(1));
      expect(index.get(1)).toEqual(query);
      expect((await index.search(query, { limit: 1 }))[0]?.part).toEqual(WHOLE);
      index.close();
    });

    test("is removed with all of them, and replaced part by part", async () => {
      const index = await filled();
      index.put(9, other, frame(1000));
      index.put(9, query, frame(1000));
      expect((await index.search(query, { limit: 1 }))[0]).toMatchObject({ key: 9, part: frame(1000) });
      index.put(9, other, frame(1000));
      expect((await index.search(query, { limit: 1 }))[0]?.key).toBe(nearest(embeddings, query, 1)[0]?.key);
      index.put(9, query, frame(2000));
      index.remove(9);
      expect(index.get(9)).toBeUndefined();
      expect(index.size).toBe(COUNT - 1);
      const left = new Map([...embeddings].filter(([key]) => key !== 9));
      expectSameNeighbors(await index.search(query, { limit: 10 }), nearest(left, query, 10));
      index.close();
    });
  });

  test("an embedding of another length is an error", async () => {
    const index = await filled();
    const other = randomEmbedding(random, DIMENSIONS + 1);
    expect(() => index.put(1, other)).toThrow(RangeError);
    await expect(index.search(other, { limit: 1 })).rejects.toThrow(RangeError);
    index.close();
  });

  test("an aborted search rejects with the reason", async () => {
    const index = await filled();
    const reason = new Error("no longer wanted");
    const signal = AbortSignal.abort(reason);
    await expect(index.search(query, { limit: 1, signal })).rejects.toBe(reason);
    index.close();
  });
}

/** Brute force in double precision. */
export function nearest(
  embeddings: ReadonlyMap<ImageKey, Embedding>,
  query: Embedding,
  limit: number,
): Scored[] {
  return [...embeddings]
    .map(([key, embedding]) => ({ key, score: cosine(query, embedding) }))
    .sort((a, b) => b.score - a.score || a.key - b.key)
    .slice(0, limit);
}

export function expectSameNeighbors(found: readonly Scored[], expected: readonly Scored[]): void {
  expect(found.map(({ key }) => key)).toEqual(expected.map(({ key }) => key));
  for (const [i, { score }] of expected.entries()) expect(found[i]?.score).toBeCloseTo(score, 5);
}

function cosine(a: Embedding, b: Embedding): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
