import { candidateDistance } from "../comparison/candidate-distance.ts";
import {
  type ComparisonContext,
  comparePairs,
  type ImagePair,
  isSame,
} from "../comparison/picture-comparer.ts";
import { type PreparedFingerprint, prepareFingerprint } from "../image/hashing/perceptual-hash.ts";
import type { ImageKey, Match } from "../ports.ts";
import type { Embedding, WordsFound } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { YieldController } from "../yield-controller.ts";

export interface Collapsed extends Match {
  /** Keys of copies that this one stands for, best first. */
  readonly alike: readonly ImageKey[];
}

export interface RankedHit extends Collapsed {
  readonly words?: WordsFound | undefined;
  readonly isCopy?: boolean | undefined;
}

export interface CollapseOptions {
  /** Cosine from which two pictures are compared at all. */
  readonly threshold: number;
  readonly signal?: AbortSignal | undefined;
}

/** Earlier matches, the nearest by fingerprint, that a match is compared with. */
const MAX_CANDIDATES = 3;
/** Of those with a near vector, the earlier matches whose fingerprints are compared. */
const MAX_NEAR = 12;
/** New comparisons allowed for one answer; further pairs stay apart until the query is repeated. */
const MAX_NEW = 256;

/**
 * Merges copies into the best ranked of them: matches whose vectors and fingerprints are near and whose pixels are those
 * of one picture. Vectors alone would hide pages of text, forms and codes behind each other.
 */
export async function collapse(
  context: ComparisonContext,
  ranked: readonly Match[],
  vectors: ReadonlyMap<ImageKey, Embedding>,
  { threshold, signal }: CollapseOptions,
): Promise<Collapsed[]> {
  const yielder = new YieldController(signal);
  const thumbnailsOnly = { catalog: context.catalog, embedder: context.embedder };
  const candidates = await candidatesOf(context, ranked, vectors, { threshold, yielder });
  const copyOf = new Map<ImageKey, ImageKey>();
  // The nearest of each first, so that the allowance of new comparisons goes far.
  for (let nth = 0, room = MAX_NEW; nth < MAX_CANDIDATES; nth++) {
    const pairs = [...candidates].flatMap(([key, others]): ImagePair[] => {
      const other = others[nth];
      return other === undefined || copyOf.has(key) ? [] : [[other, key]];
    });
    const { comparisons, compared } = await comparePairs(thumbnailsOnly, pairs, { signal, most: room });
    room -= compared;
    for (const [other, key] of pairs) if (isSame(comparisons.get(other, key))) copyOf.set(key, other);
  }
  const leaders = new Map<ImageKey, Match & { alike: ImageKey[] }>();
  const collapsed: Collapsed[] = [];
  for (const match of ranked) {
    const copy = copyOf.get(match.key);
    const leader = copy === undefined ? undefined : leaders.get(copy);
    if (leader) leader.alike.push(match.key);
    const own = leader ?? { ...match, alike: [] };
    leaders.set(match.key, own);
    if (!leader) collapsed.push(own);
  }
  return collapsed;
}

/** Of each match, the earlier ones that it may be a copy of, nearest first. */
async function candidatesOf(
  { catalog }: ComparisonContext,
  ranked: readonly Match[],
  vectors: ReadonlyMap<ImageKey, Embedding>,
  { threshold, yielder }: { readonly threshold: number; readonly yielder: YieldController },
): Promise<Map<ImageKey, readonly ImageKey[]>> {
  const prepared = new Map<ImageKey, PreparedFingerprint>();
  const fingerprintOf = async (key: ImageKey) => {
    const known =
      prepared.get(key) ?? prepareFingerprint((await catalog.images.fingerprint(key)) ?? new Uint8Array());
    prepared.set(key, known);
    return known;
  };
  const found = new Map<ImageKey, readonly ImageKey[]>();
  for (const [at, { key, score }] of ranked.entries()) {
    // Far pages compare thousands with thousands.
    await yielder.yieldIfDue();
    const near = nearEarlier(ranked, at, score, vectors, threshold);
    if (near.length === 0) continue;
    const own = await fingerprintOf(key);
    const candidates: { other: ImageKey; distance: number }[] = [];
    for (const other of near) {
      const distance = candidateDistance(await fingerprintOf(other), own);
      if (distance !== undefined) candidates.push({ other, distance });
    }
    candidates.sort((a, b) => a.distance - b.distance);
    found.set(
      key,
      candidates.map(({ other }) => other),
    );
  }
  return found;
}

/**
 * Earlier matches with a near vector, the nearest first. Ranked input makes the comparison cheap: two vectors closer
 * than `threshold` to each other score within a known distance of each other.
 */
function nearEarlier(
  ranked: readonly Match[],
  at: number,
  score: number,
  vectors: ReadonlyMap<ImageKey, Embedding>,
  threshold: number,
): ImageKey[] {
  // |q·a - q·b| <= |a - b| = sqrt(2 - 2 a·b) for unit vectors; a little is added for rounding.
  const reach = Math.sqrt(Math.max(0, 2 - 2 * threshold)) + 1e-6;
  const vector = vectors.get(ranked[at]?.key ?? 0);
  const near: { key: ImageKey; cosine: number }[] = [];
  for (let before = at - 1; vector && before >= 0; before--) {
    const other = ranked[before];
    if (!other || other.score > score + reach) break;
    const otherVector = vectors.get(other.key);
    const cosine = otherVector ? dotProduct(vector, otherVector) : -1;
    if (cosine >= threshold) near.push({ key: other.key, cosine });
  }
  return near
    .sort((a, b) => b.cosine - a.cosine)
    .slice(0, MAX_NEAR)
    .map(({ key }) => key);
}
