import { describe, expect, test } from "vitest";
import type { ImageKey } from "../../../src/core/ports.ts";
import type { Embedding } from "../../../src/core/types.ts";
import { ExactIndex } from "../../../src/core/vector-index/exact-index.ts";
import { Graph } from "../../../src/core/vector-index/graph.ts";
import { HnswIndex } from "../../../src/core/vector-index/hnsw-index.ts";
import { loadHnswLibrary } from "../../../src/core/vector-index/hnsw-library.ts";
import { PcaProjection } from "../../../src/core/vector-index/pca-projection.ts";
import { normalized, randomEmbedding, seededRandom } from "../../support/random-embeddings.ts";
import { describeVectorIndex, nearest } from "../../support/vector-index-contract.ts";

const library = await loadHnswLibrary();
if (!library) console.log("hnswlib-node is not installed: its index is not tested");

const graphs = new WeakMap<ReadonlyMap<ImageKey, Embedding>, Graph>();

/** A graph never changes once it is built: the tests share it. */
function graphOf(dimensions: number, embeddings: ReadonlyMap<ImageKey, Embedding>): Graph {
  if (!library) throw new Error("hnswlib-node is not installed");
  const known = graphs.get(embeddings);
  if (known) return known;
  const sample = [...embeddings.values()].slice(0, 2000);
  const projection = PcaProjection.fit(
    dimensions,
    sample.length > 0 ? sample : [new Float32Array(dimensions)],
  );
  const graph = Graph.create(library, projection, embeddings.size);
  for (const [key, embedding] of embeddings) graph.add(key, embedding);
  graphs.set(embeddings, graph);
  return graph;
}

function indexOf(dimensions: number, embeddings: ReadonlyMap<ImageKey, Embedding>): HnswIndex {
  const exact = new ExactIndex(dimensions);
  for (const [key, embedding] of embeddings) exact.put(key, embedding);
  return new HnswIndex({ exact, graph: graphOf(dimensions, embeddings), stale: [] });
}

describe.skipIf(!library)("an index with a graph", () => {
  describeVectorIndex(indexOf);

  const DIMENSIONS = 192;
  const random = seededRandom(3);
  const topics = Array.from({ length: 40 }, () => randomEmbedding(random, DIMENSIONS));
  const near = (topic: number): Embedding => {
    const [center, noise] = [topics[topic] ?? new Float32Array(), randomEmbedding(random, DIMENSIONS)];
    return normalized(center.map((value, i) => value + 0.7 * (noise[i] ?? 0)));
  };
  const embeddings = new Map(
    Array.from({ length: 8000 }, (_, i) => [i + 1, near(i % topics.length)] as const),
  );
  const queries = Array.from({ length: 50 }, (_, i) => near(i % topics.length));

  async function recall(index: HnswIndex, held: ReadonlyMap<ImageKey, Embedding>, within?: Set<ImageKey>) {
    const inside = within ? new Map([...held].filter(([key]) => within.has(key))) : held;
    let right = 0;
    for (const query of queries) {
      const expected = new Map(nearest(inside, query, 10).map(({ key, score }) => [key, score]));
      for (const { key, score } of await index.search(query, { limit: 10, within })) {
        if (expected.has(key)) right++;
        expect(score).toBeCloseTo(expected.get(key) ?? score, 5);
      }
    }
    return right / (10 * queries.length);
  }

  test("recall is at least 0.98, from projections that are shorter than the vectors", async () => {
    expect(await recall(indexOf(DIMENSIONS, embeddings), embeddings)).toBeGreaterThanOrEqual(0.98);
  });

  test.each([0.01, 0.1, 0.5])("finds them within a share of %f of the library", async (share) => {
    const within = new Set([...embeddings.keys()].filter(() => random() < share));
    expect(await recall(indexOf(DIMENSIONS, embeddings), embeddings, within)).toBeGreaterThanOrEqual(0.98);
  });

  test("finds them in a scope that is distant from the query", async () => {
    const within = new Set([...embeddings.keys()].filter((key) => key % topics.length < 30));
    const index = indexOf(DIMENSIONS, embeddings);
    expect(await recall(index, embeddings, within)).toBeGreaterThanOrEqual(0.98);
  });

  const far = Array.from({ length: 20 }, (_, i) => {
    const about = [0, 1, 2, 3, 4].map((n) => topics[(i + 7 * n) % topics.length] ?? new Float32Array());
    return normalized(
      Float32Array.from({ length: DIMENSIONS }, (_, j) =>
        about.reduce((sum, topic) => sum + (topic[j] ?? 0), 0),
      ),
    );
  });

  test("the graph gives up on queries that are distant from all vectors when they take too wide an ef", () => {
    const graph = graphOf(DIMENSIONS, embeddings);
    for (const query of far) {
      expect(graph.candidates(query, 10, 100)).toBeUndefined();
      expect(graph.candidates(query, 10, 10_000)).toHaveLength(10);
    }
    for (const query of queries) expect(graph.candidates(query, 10, 0)).toHaveLength(10);
  });

  test("such queries miss nothing when comparing all vectors is affordable", async () => {
    const index = indexOf(DIMENSIONS, embeddings);
    for (const query of far) {
      const found = await index.search(query, { limit: 10 });
      expect(found.map(({ key }) => key)).toEqual(nearest(embeddings, query, 10).map(({ key }) => key));
    }
  });

  test("finds them after 30 % were removed and others added", async () => {
    const index = indexOf(DIMENSIONS, embeddings);
    const held = new Map(embeddings);
    for (let key = 1; key <= 2400; key++) {
      index.remove(key);
      held.delete(key);
    }
    for (let i = 0; i < 300; i++) {
      const [key, embedding] = [10_000 + i, near(i % topics.length)];
      index.put(key, embedding);
      held.set(key, embedding);
    }
    expect(index.changes).toBe(2700);
    expect(await recall(index, held)).toBeGreaterThanOrEqual(0.98);
  });
});
