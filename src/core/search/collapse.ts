import type { ImageKey, Match } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { YieldController } from "../yield-controller.ts";

export interface Collapsed extends Match {
  /** Keys of near-identical images that this one stands for, best first. */
  readonly alike: readonly ImageKey[];
}

/**
 * Merges near-identical matches into the best ranked of them. Ranked input makes the comparison cheap:
 * two vectors closer than `threshold` to each other score within a known distance of each other, so only
 * leaders within that distance can match.
 */
export async function collapse(
  ranked: readonly Match[],
  vectors: ReadonlyMap<ImageKey, Embedding>,
  threshold: number,
  signal?: AbortSignal,
): Promise<Collapsed[]> {
  const yielder = new YieldController(signal);
  // |q·a - q·b| <= |a - b| = sqrt(2 - 2 a·b) for unit vectors; a little is added for rounding.
  const reach = Math.sqrt(Math.max(0, 2 - 2 * threshold)) + 1e-6;
  const leaders: (Match & { alike: ImageKey[] })[] = [];
  for (const match of ranked) {
    const { key, score } = match;
    // Far pages compare thousands with thousands.
    await yielder.yieldIfDue();
    const vector = vectors.get(key);
    const leader = vector && findLeader(leaders, vector, score + reach, vectors, threshold);
    if (leader) leader.alike.push(key);
    else leaders.push({ ...match, alike: [] });
  }
  return leaders;
}

function findLeader<Leader extends Match>(
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
