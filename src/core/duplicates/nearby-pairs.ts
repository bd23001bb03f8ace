import { HASH_WORDS } from "../image/hashing/hash-bits.ts";
import {
  HASH_WINDOWS,
  type PreparedFingerprint,
  prepareFingerprint,
} from "../image/hashing/perceptual-hash.ts";
import type { YieldController } from "../yield-controller.ts";
import { BitSampleTable, bitSamples } from "./bit-samples.ts";
import { HashRows } from "./hash-rows.ts";

/**
 * Differing bits of two hashes up to which their pictures are compared in full: hashes that share a sample need not be
 * the closest of the two pictures.
 */
const MAX_CANDIDATE_DISTANCE = 42;
const WHOLE = HASH_WINDOWS.indexOf("whole");
const CONTENT = HASH_WINDOWS.indexOf("content");
/** Mirrored, rotated and both, each as a whole and as what a frame encloses. */
const MAX_SIDES = 16;

export interface PairOptions {
  readonly yielder: YieldController;
  /** Called with the share that is done, 0..1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Calls `onPair` with pairs of pictures, by index, whose fingerprints may match; a pair may come more than once. Only
 * hashes that agree in one of several samples of their bits are compared, so the work grows little faster than the
 * number of pictures. Bit sampling: Indyk and Motwani, "Approximate Nearest Neighbors" (1998).
 */
export async function nearbyPairs(
  fingerprints: readonly Uint8Array[],
  onPair: (a: number, b: number, distance: number) => void,
  { yielder, onProgress }: PairOptions,
): Promise<void> {
  const sides = new HashRows(fingerprints.length * MAX_SIDES, HASH_WORDS);
  const windows = new HashRows(fingerprints.length * HASH_WINDOWS.length, HASH_WORDS);
  for (const [owner, fingerprint] of fingerprints.entries()) {
    addHashes(prepareFingerprint(fingerprint), owner, sides, windows);
    await yielder.yieldIfDue();
  }
  const samples = bitSamples(fingerprints.length);
  for (const [done, sample] of samples.entries()) {
    const table = await BitSampleTable.build(windows, sample, yielder);
    for (let side = 0; side < sides.size; side++) {
      for (const window of table.candidateRows(sides, side)) {
        const distance = distanceBetween(sides, side, windows, window);
        if (distance <= MAX_CANDIDATE_DISTANCE) onPair(sides.owner(side), windows.owner(window), distance);
      }
      if (side % 8 === 0) await yielder.yieldIfDue();
    }
    onProgress?.((done + 1) / samples.length);
  }
}

/**
 * Sides: the whole picture as it is and transformed, and what a frame encloses. Windows: the whole and its croppings,
 * as they are. A copy has a side that equals a window of the original, or the other way round.
 */
function addHashes(ready: PreparedFingerprint, owner: number, sides: HashRows, windows: HashRows): void {
  if (!ready.comparable) return;
  const [whole, content] = [ready.windows[WHOLE], ready.windows[CONTENT]];
  const framed = content?.some((word, at) => word !== whole?.[at]) ?? false;
  for (const variant of ready.variants) {
    sides.add(owner, WHOLE, variant.whole);
    if (framed) sides.add(owner, CONTENT, variant.content);
  }
  for (const [at, window] of ready.windows.entries()) {
    if (at !== CONTENT || framed) windows.add(owner, at, window);
  }
}

/** Differing bits, or more than `MAX_CANDIDATE_DISTANCE`. */
function distanceBetween(sides: HashRows, side: number, windows: HashRows, window: number): number {
  const far = MAX_CANDIDATE_DISTANCE + 1;
  if (sides.owner(side) === windows.owner(window)) return far;
  // What a frame encloses can only match what another frame encloses, or (found in the other direction) another whole.
  if (sides.kind(side) === CONTENT && windows.kind(window) !== CONTENT) return far;
  return sides.distance(side, windows, window, MAX_CANDIDATE_DISTANCE);
}
