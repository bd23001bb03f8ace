import type { Catalog, ImageKey, Match } from "../../src/core/ports.ts";
import type { Embedding, EmbeddingSpace } from "../../src/core/types.ts";

type Scored = Pick<Match, "key" | "score">;

export async function storedVectors(
  catalog: Pick<Catalog, "embeddings">,
  space: EmbeddingSpace,
): Promise<Map<ImageKey, Embedding>> {
  const vectors = new Map<ImageKey, Embedding>();
  for await (const batch of catalog.embeddings.read(space)) {
    for (const { key, embedding } of batch) vectors.set(key, embedding);
  }
  return vectors;
}

/** The nearest by exhaustive comparison in double precision, best first. */
export function bruteForce(
  vectors: ReadonlyMap<ImageKey, Embedding>,
  query: Embedding,
  limit: number,
): Scored[] {
  const all = [...vectors].map(([key, vector]) => ({ key, score: dot(vector, query) }));
  return all.sort((a, b) => b.score - a.score || a.key - b.key).slice(0, limit);
}

/** Whether these are the best possible scores; ties are interchangeable. */
export function isExact(
  found: readonly Pick<Match, "score">[],
  expected: readonly Pick<Match, "score">[],
): boolean {
  return (
    found.length === expected.length &&
    found.every(({ score }, at) => Math.abs(score - (expected[at]?.score ?? Number.NaN)) < 1e-5)
  );
}

function dot(a: Embedding, b: Embedding): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
