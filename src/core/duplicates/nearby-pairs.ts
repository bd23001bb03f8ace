import { hashWords, symmetries } from "../image/hash-bits.ts";
import { hashBytes, hashWindows, type ReadyFingerprint, readyFingerprint } from "../image/perceptual-hash.ts";
import { HashRows } from "./hash-rows.ts";
import { isSamePicture, widestDistance } from "./sameness.ts";
import type { Turns } from "./turns.ts";

const PART_VALUES = 65_536;
const PARTS = hashBytes / 2;
const WHOLE = hashWindows.indexOf("whole");
const CONTENT = hashWindows.indexOf("content");

export interface PairWork {
  readonly turns: Turns;
  /** Called with the share of the work that is done. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Tells of pairs of pictures whose fingerprints match, by index. Instead of comparing all pairs, only hashes that
 * share one of their 16-bit parts are compared: multi-index hashing, Norouzi, Punjani and Fleet, "Fast Search in
 * Hamming Space with Multi-Index Hashing" (2012). A pair is told of once or more often.
 */
export async function nearbyPairs(
  fingerprints: readonly Uint8Array[],
  tell: (a: number, b: number) => void,
  { turns, onProgress }: PairWork,
): Promise<void> {
  const sides = new HashRows(fingerprints.length * symmetries.length * 2, hashWords);
  const windows = new HashRows(fingerprints.length * hashWindows.length, hashWords);
  for (const [owner, fingerprint] of fingerprints.entries()) {
    addHashes(readyFingerprint(fingerprint), owner, sides, windows);
    await turns.give();
  }
  for (let part = 0; part < PARTS; part++) {
    const table = new PartTable(windows, part);
    for (let side = 0; side < sides.size; side++) {
      for (const window of table.rowsWith(sides.part(side, part))) {
        if (areNear(sides, side, windows, window)) tell(sides.owner(side), windows.owner(window));
      }
      await turns.give();
    }
    onProgress?.((part + 1) / PARTS);
  }
}

/**
 * Sides: the whole picture as it lies and turned, and what a frame encloses. Windows: the whole and its croppings,
 * as they lie. A copy has a side that equals a window of the original, or the other way round.
 */
function addHashes(ready: ReadyFingerprint, owner: number, sides: HashRows, windows: HashRows): void {
  if (!ready.comparable) return;
  const [whole, content] = [ready.windows[WHOLE], ready.windows[CONTENT]];
  const framed = content?.some((word, at) => word !== whole?.[at]) ?? false;
  for (const [at, variant] of ready.variants.entries()) {
    sides.add(owner, sideKind(at, WHOLE), variant.whole);
    if (framed) sides.add(owner, sideKind(at, CONTENT), variant.content);
  }
  for (const [at, window] of ready.windows.entries()) {
    if (at !== CONTENT || framed) windows.add(owner, at, window);
  }
}

const sideKind = (variant: number, window: number) => variant * 2 + (window === CONTENT ? 1 : 0);

function areNear(sides: HashRows, side: number, windows: HashRows, row: number): boolean {
  if (sides.owner(side) === windows.owner(row)) return false;
  const kind = sides.kind(side);
  // What a frame encloses is only like what another frame encloses, or another whole.
  if (kind % 2 === 1 && windows.kind(row) !== CONTENT) return false;
  const distance = sides.distance(side, windows, row, widestDistance);
  if (distance > widestDistance) return false;
  const transform = symmetries[kind >> 1]?.transform ?? "none";
  return isSamePicture({ distance, transform, window: hashWindows[windows.kind(row)] ?? "whole" });
}

/** Rows by the value of one part of their hash. */
class PartTable {
  /** Where the rows of each value begin in `#rows`. */
  readonly #starts = new Int32Array(PART_VALUES + 1);
  readonly #rows: Int32Array;

  constructor(hashes: HashRows, part: number) {
    for (let row = 0; row < hashes.size; row++) this.#count(hashes.part(row, part) + 1, 1);
    for (let value = 0; value < PART_VALUES; value++) this.#count(value + 1, this.#starts[value] ?? 0);
    this.#rows = new Int32Array(hashes.size);
    const next = this.#starts.slice();
    for (let row = 0; row < hashes.size; row++) {
      const value = hashes.part(row, part);
      const at = next[value] ?? 0;
      this.#rows[at] = row;
      next[value] = at + 1;
    }
  }

  rowsWith(value: number): Int32Array {
    return this.#rows.subarray(this.#starts[value], this.#starts[value + 1]);
  }

  #count(at: number, by: number): void {
    this.#starts[at] = (this.#starts[at] ?? 0) + by;
  }
}
