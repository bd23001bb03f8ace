import type { Embedding } from "../../src/core/types.ts";
import { dotProduct } from "../../src/core/vector.ts";

/**
 * How far those that are near on the plane are near in truth: 1 when all of the k nearest on the plane are among the k
 * nearest by cosine, 0.5 for chance. Venna and Kaski, "Neighborhood preservation in nonlinear projection methods" (2001).
 */
export function trustworthiness(
  embeddings: readonly Embedding[],
  positions: Float32Array,
  k: number,
  asked: readonly number[] = [...embeddings.keys()],
): number {
  const count = embeddings.length;
  let penalty = 0;
  for (const of of asked) {
    const own = embeddings[of] ?? new Float32Array();
    const byLooks = nearest(embeddings, of, (at) => -dotProduct(own, embeddings[at] ?? own));
    const ranks = new Map(byLooks.map((at, rank) => [at, rank + 1]));
    const byPlace = nearest(embeddings, of, (at) =>
      Math.hypot(
        (positions[2 * at] ?? 0) - (positions[2 * of] ?? 0),
        (positions[2 * at + 1] ?? 0) - (positions[2 * of + 1] ?? 0),
      ),
    );
    for (const at of byPlace.slice(0, k)) penalty += Math.max(0, (ranks.get(at) ?? 0) - k);
  }
  return 1 - (2 * penalty) / (asked.length * k * (2 * count - 3 * k - 1));
}

function nearest(all: readonly unknown[], of: number, distance: (at: number) => number): number[] {
  return [...all.keys()]
    .filter((at) => at !== of)
    .map((at) => [at, distance(at)] as const)
    .sort(([, a], [, b]) => a - b)
    .map(([at]) => at);
}
