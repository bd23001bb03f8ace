import { HASH_BITS } from "../image/hashing/hash-bits.ts";
import type { YieldController } from "../yield-controller.ts";
import type { HashRows } from "./hash-rows.ts";

/** The first bits of a hash are its lowest frequencies, which survive cropping and overwriting best. */
const SAMPLED_BITS = 48;
const SEED = 7;

/** Pictures of one layout share a bucket by the thousand; a large bucket is sorted by so many other bits. */
const SORT_BITS = 26;
/** Rows of a bucket up to which all are candidates. */
const MAX_BUCKET = 256;
/** Of a larger bucket, rows before and after the sorted position of a hash that are candidates. */
const NEIGHBORS = 8;

/** Positions of bits: those that choose a bucket, and those by which a large bucket is sorted. */
export interface BitSample {
  readonly bucketBits: readonly number[];
  readonly sortBits: readonly number[];
}

/**
 * More pictures need longer samples to be distinguished, and longer samples are less often equal in a copy, so more of
 * them are taken: 32 of 16 bits for up to 8,000 pictures, 81 of 20 bits for 100,000.
 */
export function bitSamples(pictures: number): BitSample[] {
  const length = Math.max(16, Math.min(22, Math.ceil(Math.log2(pictures + 1)) + 3));
  const count = Math.round(32 * 2 ** ((length - 16) / 3));
  const random = randomBelow(SEED);
  const buckets = Array.from({ length: count }, () =>
    pickPositions(random, length, 0, SAMPLED_BITS).sort((a, b) => a - b),
  );
  return buckets.map((bucketBits) => ({
    bucketBits,
    sortBits: pickPositions(random, SORT_BITS, SAMPLED_BITS, HASH_BITS),
  }));
}

function pickPositions(random: (limit: number) => number, count: number, from: number, to: number): number[] {
  const positions = new Set<number>();
  while (positions.size < count) positions.add(from + random(to - from));
  return [...positions];
}

/** A linear congruential generator, with the constants of "Numerical Recipes". */
function randomBelow(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A hash table by one sample of bits: hashes that agree in all of them share a bucket. */
export class BitSampleTable {
  readonly #sample: BitSample;
  /** Where each bucket begins in `#rows`. */
  readonly #starts: Int32Array;
  readonly #rows: Int32Array;
  /** Sort key of each entry of `#rows`; filled in for large buckets only. */
  readonly #sortKeys: Int32Array;

  static async build(hashes: HashRows, sample: BitSample, yielder: YieldController): Promise<BitSampleTable> {
    const values = new Int32Array(hashes.size);
    const starts = new Int32Array(2 ** sample.bucketBits.length + 1);
    for (let row = 0; row < hashes.size; row++) {
      const value = hashes.bitsAt(row, sample.bucketBits);
      values[row] = value;
      starts[value + 1] = (starts[value + 1] ?? 0) + 1;
      if (row % 1024 === 0) await yielder.yieldIfDue();
    }
    for (let value = 1; value < starts.length; value++) {
      starts[value] = (starts[value] ?? 0) + (starts[value - 1] ?? 0);
      if (value % 65_536 === 0) await yielder.yieldIfDue();
    }
    const next = starts.slice();
    const rows = new Int32Array(hashes.size);
    for (let row = 0; row < rows.length; row++) {
      const value = values[row] ?? 0;
      const at = next[value] ?? 0;
      rows[at] = row;
      next[value] = at + 1;
      if (row % 4096 === 0) await yielder.yieldIfDue();
    }
    const table = new BitSampleTable(sample, starts, rows);
    await table.#sortLargeBuckets(hashes, yielder);
    return table;
  }

  private constructor(sample: BitSample, starts: Int32Array, rows: Int32Array) {
    this.#sample = sample;
    this.#starts = starts;
    this.#rows = rows;
    this.#sortKeys = new Int32Array(rows.length);
  }

  /**
   * Rows in the bucket of this hash; of a large bucket only its neighbours in the sort order. A copy differs in few of
   * those bits, so it is near in one sample or another.
   */
  candidateRows(hashes: HashRows, row: number): Int32Array {
    const value = hashes.bitsAt(row, this.#sample.bucketBits);
    const [start, end] = [this.#starts[value] ?? 0, this.#starts[value + 1] ?? 0];
    if (end - start <= MAX_BUCKET) return this.#rows.subarray(start, end);
    const at = this.#lowerBound(hashes.bitsAt(row, this.#sample.sortBits), start, end);
    return this.#rows.subarray(Math.max(start, at - NEIGHBORS), Math.min(end, at + NEIGHBORS));
  }

  async #sortLargeBuckets(hashes: HashRows, yielder: YieldController): Promise<void> {
    for (let value = 0; value + 1 < this.#starts.length; value++) {
      const [start, end] = [this.#starts[value] ?? 0, this.#starts[value + 1] ?? 0];
      if (end - start > MAX_BUCKET) await yielder.run(this.#sortRows(hashes, start, end));
      if (value % 4096 === 0) await yielder.yieldIfDue();
    }
  }

  /** A radix sort, which can be done in steps: one layout may fill a bucket with every picture there is. */
  *#sortRows(hashes: HashRows, start: number, end: number): Iterable<void> {
    let rows = this.#rows.subarray(start, end);
    let keys = this.#sortKeys.subarray(start, end);
    for (let at = 0; at < rows.length; at++) {
      keys[at] = hashes.bitsAt(rows[at] ?? 0, this.#sample.sortBits);
      if (at % STEP === 0) yield;
    }
    let otherRows: Int32Array = new Int32Array(rows.length);
    let otherKeys: Int32Array = new Int32Array(rows.length);
    for (let shift = 0; shift < SORT_BITS; shift += DIGIT_BITS) {
      const next = new Int32Array(2 ** DIGIT_BITS + 1);
      for (let at = 0; at < keys.length; at++) {
        const above = digitOf(keys[at] ?? 0, shift) + 1;
        next[above] = (next[above] ?? 0) + 1;
        if (at % STEP === 0) yield;
      }
      for (let digit = 1; digit < next.length; digit++)
        next[digit] = (next[digit] ?? 0) + (next[digit - 1] ?? 0);
      for (let at = 0; at < keys.length; at++) {
        const digit = digitOf(keys[at] ?? 0, shift);
        const to = next[digit] ?? 0;
        next[digit] = to + 1;
        otherKeys[to] = keys[at] ?? 0;
        otherRows[to] = rows[at] ?? 0;
        if (at % STEP === 0) yield;
      }
      [rows, otherRows] = [otherRows, rows];
      [keys, otherKeys] = [otherKeys, keys];
    }
    this.#rows.set(rows, start);
    this.#sortKeys.set(keys, start);
  }

  /** The first position from `start` whose sort key is not below the given one. */
  #lowerBound(order: number, start: number, end: number): number {
    let [low, high] = [start, end];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sortKeys[middle] ?? 0) < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Three passes over a key, with few counters to a pass: many a sorted bucket holds hundreds of rows only. */
const DIGIT_BITS = 9;
const digitOf = (key: number, shift: number): number => (key >>> shift) & (2 ** DIGIT_BITS - 1);
/** Rows sorted between two chances for other work. */
const STEP = 4096;
