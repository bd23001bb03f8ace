import { HASH_WORDS } from "../image/hash-bits.ts";
import { HASH_WINDOWS, type PreparedFingerprint, prepareFingerprint } from "../image/perceptual-hash.ts";
import type { YieldController } from "../yield-controller.ts";
import { BitSampleTable, bitSamples } from "./bit-samples.ts";
import { HashRows } from "./hash-rows.ts";

/**
 * Differing bits of two hashes up to which their pictures are worth a full comparison: the hashes that met by
 * their samples need not be the closest of the two pictures.
 */
const WORTH_COMPARING = 42;
const WHOLE = HASH_WINDOWS.indexOf("whole");
const CONTENT = HASH_WINDOWS.indexOf("content");
/** Mirrored, turned and both, each as a whole and as what a frame encloses. */
const MOST_SIDES = 16;

export interface PairWork {
  readonly turns: YieldController;
  /** Called with the share of the work that is done. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Tells of pairs of pictures, by index, whose fingerprints may match; a pair may be told of more than once. Only
 * hashes that agree in one of several samples of their bits are compared, so the work grows little faster than the
 * number of pictures. Bit sampling: Indyk and Motwani, "Approximate Nearest Neighbors" (1998).
 */
export async function nearbyPairs(
  fingerprints: readonly Uint8Array[],
  tell: (a: number, b: number) => void,
  { turns, onProgress }: PairWork,
): Promise<void> {
  const sides = new HashRows(fingerprints.length * MOST_SIDES, HASH_WORDS);
  const windows = new HashRows(fingerprints.length * HASH_WINDOWS.length, HASH_WORDS);
  for (const [owner, fingerprint] of fingerprints.entries()) {
    addHashes(prepareFingerprint(fingerprint), owner, sides, windows);
    await turns.yieldIfDue();
  }
  const samples = bitSamples(fingerprints.length);
  for (const [done, sample] of samples.entries()) {
    const table = await BitSampleTable.build(windows, sample, turns);
    for (let side = 0; side < sides.size; side++) {
      for (const window of table.rowsLike(sides, side)) {
        if (areNear(sides, side, windows, window)) tell(sides.owner(side), windows.owner(window));
      }
      if (side % 64 === 0) await turns.yieldIfDue();
    }
    onProgress?.((done + 1) / samples.length);
  }
}

/**
 * Sides: the whole picture as it lies and turned, and what a frame encloses. Windows: the whole and its croppings,
 * as they lie. A copy has a side that equals a window of the original, or the other way round.
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

function areNear(sides: HashRows, side: number, windows: HashRows, window: number): boolean {
  if (sides.owner(side) === windows.owner(window)) return false;
  // What a frame encloses is only like what another frame encloses, or (told the other way round) another whole.
  if (sides.kind(side) === CONTENT && windows.kind(window) !== CONTENT) return false;
  return sides.distance(side, windows, window, WORTH_COMPARING) <= WORTH_COMPARING;
}
