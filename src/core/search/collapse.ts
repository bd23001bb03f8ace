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
/**
 * Comparisons of vectors for one answer: of up to a thousand matches all with all, of more each with so many ranked just
 * before it. Where words alone rank, no difference of scores ends the look back.
 */
const MAX_VECTOR_COMPARISONS = 1e6;
/** New comparisons allowed for one answer; further pairs stay apart until the query is repeated. */
const MAX_NEW = 256;
/** Originals that may be read for one answer: about four pairs of 12 megapixels. */
const READING = { pairs: 24, pixels: 100e6 };
/** Matches that are merged before the next are looked at. */
const MATCHES_AT_ONCE = 256;
/** Of copies merged so far, those that later matches are compared with: a time-lapse has tens of thousands of frames. */
const MAX_REPRESENTATIVES = 24;

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
  const allowance = { ...READING };
  const leaders = new Map<ImageKey, Match & { alike: ImageKey[] }>();
  const collapsed: Collapsed[] = [];
  // What later matches are compared with, in the order of the ranking.
  const most = Math.ceil(MAX_VECTOR_COMPARISONS / ranked.length);
  const earlier = new EarlierMatches(context, vectors, { threshold, most });
  for (let start = 0, room = MAX_NEW; start < ranked.length; start += MATCHES_AT_ONCE) {
    const some = ranked.slice(start, start + MATCHES_AT_ONCE);
    const candidates = new Map<ImageKey, readonly ImageKey[]>();
    for (const match of some) {
      // Far pages compare thousands with thousands.
      await yielder.yieldIfDue();
      candidates.set(match.key, await earlier.candidates(match));
      earlier.add(match);
    }
    const copyOf = new Map<ImageKey, ImageKey>();
    // The nearest of each first, so that the allowance of new comparisons goes far.
    for (let nth = 0; nth < MAX_CANDIDATES; nth++) {
      const pairs = [...candidates].flatMap(([key, others]): ImagePair[] => {
        const other = others[nth];
        return other === undefined || copyOf.has(key) ? [] : [[other, key]];
      });
      const { comparisons, compared } = await comparePairs(context, pairs, { signal, most: room, allowance });
      room -= compared;
      for (const [other, key] of pairs) if (isSame(comparisons.get(other, key))) copyOf.set(key, other);
    }
    const covered = new Set<ImageKey>();
    for (const match of some) {
      const copy = copyOf.get(match.key);
      const leader = copy === undefined ? undefined : leaders.get(copy);
      const own = leader ?? { ...match, alike: [] };
      leaders.set(match.key, own);
      if (leader) leader.alike.push(match.key);
      else collapsed.push(own);
      if (own.alike.length > MAX_REPRESENTATIVES) covered.add(match.key);
    }
    earlier.delete(covered);
  }
  return collapsed;
}

/** Those that later matches are compared with, best ranked first. */
class EarlierMatches {
  readonly #catalog: ComparisonContext["catalog"];
  readonly #vectors: ReadonlyMap<ImageKey, Embedding>;
  readonly #threshold: number;
  readonly #most: number;
  readonly #fingerprints = new Map<ImageKey, PreparedFingerprint>();
  #matches: Match[] = [];

  constructor(
    { catalog }: ComparisonContext,
    vectors: ReadonlyMap<ImageKey, Embedding>,
    { threshold, most }: { readonly threshold: number; readonly most: number },
  ) {
    this.#catalog = catalog;
    this.#vectors = vectors;
    this.#threshold = threshold;
    this.#most = most;
  }

  add(match: Match): void {
    this.#matches.push(match);
  }

  delete(keys: ReadonlySet<ImageKey>): void {
    if (keys.size === 0) return;
    this.#matches = this.#matches.filter(({ key }) => !keys.has(key));
    for (const key of keys) this.#fingerprints.delete(key);
  }

  /** Those that this one may be a copy of, nearest first. */
  async candidates(match: Match): Promise<ImageKey[]> {
    const near = this.#near(match);
    if (near.length === 0) return [];
    const own = await this.#fingerprint(match.key);
    const candidates: { other: ImageKey; distance: number }[] = [];
    for (const other of near) {
      const distance = candidateDistance(await this.#fingerprint(other), own);
      if (distance !== undefined) candidates.push({ other, distance });
    }
    return candidates.sort((a, b) => a.distance - b.distance).map(({ other }) => other);
  }

  /**
   * Those with a near vector, the nearest first. Ranked input makes the comparison cheap: two vectors closer than the
   * threshold to each other score within a known distance of each other.
   */
  #near({ key, score }: Match): ImageKey[] {
    // |q·a - q·b| <= |a - b| = sqrt(2 - 2 a·b) for unit vectors; a little is added for rounding.
    const reach = Math.sqrt(Math.max(0, 2 - 2 * this.#threshold)) + 1e-6;
    const vector = this.#vectors.get(key);
    const near: { key: ImageKey; cosine: number }[] = [];
    const first = Math.max(0, this.#matches.length - this.#most);
    for (let before = this.#matches.length - 1; vector && before >= first; before--) {
      const other = this.#matches[before];
      if (!other || other.score > score + reach) break;
      const otherVector = this.#vectors.get(other.key);
      const cosine = otherVector ? dotProduct(vector, otherVector) : -1;
      if (cosine >= this.#threshold) near.push({ key: other.key, cosine });
    }
    return near
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, MAX_NEAR)
      .map((one) => one.key);
  }

  async #fingerprint(key: ImageKey): Promise<PreparedFingerprint> {
    const known =
      this.#fingerprints.get(key) ??
      prepareFingerprint((await this.#catalog.images.fingerprint(key)) ?? new Uint8Array());
    this.#fingerprints.set(key, known);
    return known;
  }
}
