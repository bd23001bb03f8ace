import { WHOLE } from "../part.ts";
import type { ImageKey, Match } from "../ports.ts";
import type { WordHit } from "./word-hits.ts";

/** Reciprocal rank fusion's usual constant: how slowly a rank loses its weight. */
const K = 60;
/** Ranks by cosine that count. A word hit ranked lower gets no credit for its looks. */
export const FUSED_DEPTH = 200;

export interface Fused extends Match {
  readonly words?: WordHit["words"] | undefined;
  readonly isCopy?: boolean | undefined;
}

export interface FuseOptions {
  /** What was found by words, best first. */
  readonly words: readonly WordHit[];
  /** Cosines of the hits by words; one without is not known to the model, and found by its words alone. */
  readonly cosines: ReadonlyMap<ImageKey, number>;
  /** Cosines from which a picture is a hit by what it looks like, and from which that counts in full. */
  readonly threshold: number;
  readonly fullCredit: number;
}

/** One word of a query may be in any picture; two in the same picture are hardly a coincidence. */
const weightOf = ({ matched, coverage }: WordHit["words"]) => (matched > 1 ? 1 : coverage);

/**
 * Fuses the rankings by looks and by words: reciprocal ranks, of only those hits that pass the threshold of their side,
 * since every picture has some cosine. A single word is weighted by how much of the query it covers, and
 * looks by how far they are above the threshold, since just above it few are what was meant.
 * What only looks like it keeps its order, so that a longer list begins with a shorter one.
 * @param nearest by cosine, best first; at least `FUSED_DEPTH` of them where there are as many
 */
export function fuse(
  nearest: readonly Match[],
  { words, cosines, threshold, fullCredit }: FuseOptions,
): Fused[] {
  if (words.length === 0) return [...nearest];
  const rankByLook = new Map(nearest.slice(0, FUSED_DEPTH).map(({ key }, at) => [key, at + 1]));
  const parts = new Map(nearest.map(({ key, part }) => [key, part]));
  const byLook = (key: ImageKey, cosine: number) => {
    const rank = rankByLook.get(key);
    if (rank === undefined || cosine < threshold) return 0;
    return Math.min(1, (cosine - threshold) / (fullCredit - threshold)) / (K + rank);
  };
  const byWords = words
    .map((hit) => ({ ...hit, score: cosines.get(hit.key) ?? 0, part: parts.get(hit.key) ?? WHOLE }))
    .sort((a, b) => b.words.coverage - a.words.coverage || b.score - a.score || a.key - b.key)
    .map((hit, at) => ({ hit, value: weightOf(hit.words) / (K + at + 1) + byLook(hit.key, hit.score) }))
    .sort((a, b) => b.value - a.value || a.hit.key - b.hit.key);
  const isByWords = new Set(byWords.map(({ hit }) => hit.key));
  const byLookAlone = nearest.filter(({ key }) => !isByWords.has(key));
  const fused: Fused[] = [];
  let next = 0;
  for (const match of byLookAlone) {
    const value = byLook(match.key, match.score);
    for (let hit = byWords[next]; hit && hit.value >= value; hit = byWords[++next]) fused.push(hit.hit);
    fused.push(match);
  }
  return [...fused, ...byWords.slice(next).map(({ hit }) => hit)];
}
