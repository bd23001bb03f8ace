import type { ImageKey, Neighbor } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { YieldController } from "../yield-controller.ts";

export interface Collapsed extends Neighbor {
  /** Keys of near-identical neighbours that this one stands for, best first. */
  readonly alike: readonly ImageKey[];
}

/**
 * Merges near-identical neighbours into the best ranked of them. Ranked input makes the comparison cheap:
 * two vectors closer than `threshold` to each other score within a known distance of each other, so only
 * leaders within that distance can match.
 */
export async function collapse(
  ranked: readonly Neighbor[],
  vectors: ReadonlyMap<ImageKey, Embedding>,
  threshold: number,
  signal?: AbortSignal,
): Promise<Collapsed[]> {
  const turns = new YieldController(signal);
  // |q·a - q·b| <= |a - b| = sqrt(2 - 2 a·b) for unit vectors; a little is added for rounding.
  const reach = Math.sqrt(Math.max(0, 2 - 2 * threshold)) + 1e-6;
  const leaders: { key: ImageKey; score: number; alike: ImageKey[] }[] = [];
  for (const { key, score } of ranked) {
    // Far pages compare thousands with thousands.
    await turns.yieldIfDue();
    const vector = vectors.get(key);
    const leader = vector && findLeader(leaders, vector, score + reach, vectors, threshold);
    if (leader) leader.alike.push(key);
    else leaders.push({ key, score, alike: [] });
  }
  return leaders;
}

function findLeader<Leader extends Neighbor>(
  leaders: readonly Leader[],
  vector: Embedding,
  highestScore: number,
  vectors: ReadonlyMap<ImageKey, Embedding>,
  threshold: number,
): Leader | undefined {
  for (let at = leaders.length - 1; at >= 0; at--) {
    const leader = leaders[at];
    if (leader === undefined || leader.score > highestScore) return undefined;
    const other = vectors.get(leader.key);
    if (other && dotProduct(vector, other) >= threshold) return leader;
  }
  return undefined;
}
