import { candidateDistance } from "../comparison/candidate-distance.ts";
import { type PreparedFingerprint, prepareFingerprint } from "../image/hashing/perceptual-hash.ts";
import type { StoredFingerprint } from "../ports.ts";
import { RecentPairs } from "./recent-pairs.ts";

/** Others kept for each picture: enough for all versions of a photo to be connected through each other. */
const MAX_CANDIDATES = 12;
/** Fingerprints kept unpacked, about 5 KB each. */
const MAX_PREPARED = 16_384;

export interface Candidate {
  readonly other: number;
  /** Of the fingerprints; see `candidateDistance`. */
  readonly distance: number;
}

/** For each picture, by position, the nearest others whose pixels are worth comparing. Bounded, however many look alike. */
export class Candidates {
  readonly #pictures: readonly StoredFingerprint[];
  readonly #nearest: Candidate[][];
  readonly #seen: RecentPairs;
  /** Fingerprints of the pictures compared last. */
  readonly #prepared = new Map<number, PreparedFingerprint>();

  constructor(pictures: readonly StoredFingerprint[]) {
    this.#pictures = pictures;
    this.#nearest = pictures.map(() => []);
    this.#seen = new RecentPairs(pictures.length);
  }

  /** @param atLeast differing bits of the two hashes that brought them together */
  offer(a: number, b: number, atLeast: number): void {
    if (!this.#hasRoom(a, atLeast) && !this.#hasRoom(b, atLeast)) return;
    if (this.#seen.has(a, b)) return;
    this.#seen.add(a, b);
    const distance = candidateDistance(this.#fingerprint(a), this.#fingerprint(b));
    if (distance === undefined) return;
    this.#insert(a, { other: b, distance });
    this.#insert(b, { other: a, distance });
  }

  /** Whatever their fingerprints: those of films are of the shot that stands for each. */
  put(a: number, b: number, distance: number): void {
    this.#insert(a, { other: b, distance });
    this.#insert(b, { other: a, distance });
  }

  /** Nearest first. */
  of(picture: number): readonly Candidate[] {
    return this.#nearest[picture] ?? [];
  }

  #hasRoom(picture: number, atLeast: number): boolean {
    const nearest = this.of(picture);
    const last = nearest.at(-1);
    return nearest.length < MAX_CANDIDATES || last === undefined || atLeast < last.distance;
  }

  #insert(picture: number, candidate: Candidate): void {
    const nearest = this.#nearest[picture];
    if (!nearest || nearest.some(({ other }) => other === candidate.other)) return;
    let at = nearest.length;
    while (at > 0 && (nearest[at - 1]?.distance ?? 0) > candidate.distance) at -= 1;
    nearest.splice(at, 0, candidate);
    if (nearest.length > MAX_CANDIDATES) nearest.pop();
  }

  #fingerprint(at: number): PreparedFingerprint {
    const known = this.#prepared.get(at);
    if (known) return known;
    if (this.#prepared.size === MAX_PREPARED) this.#prepared.clear();
    const prepared = prepareFingerprint(this.#pictures[at]?.fingerprint ?? new Uint8Array());
    this.#prepared.set(at, prepared);
    return prepared;
  }
}
