import { HASH_BITS } from "../image/hash-bits.ts";
import type { YieldController } from "../yield-controller.ts";
import type { HashRows } from "./hash-rows.ts";

/** The first bits of a hash are its lowest frequencies, which survive cropping and overwriting best. */
const SAMPLED_BITS = 48;
const SEED = 7;

/** Pictures of one layout share a sample by the thousand; its fuller rows are put in order by so many other bits. */
const ORDERING_BITS = 26;
/** Rows of one value up to which all are given. */
const DENSE_FROM = 256;
/** Rows before and after the place of a hash that are given of more. */
const NEIGHBORS = 8;

/** Positions of bits: which hashes meet, and in which order those lie that meet with many. */
export interface BitSample {
  readonly meeting: readonly number[];
  readonly ordering: readonly number[];
}

/**
 * More pictures need longer samples to be told apart by them, and longer samples are less often equal in a copy, so
 * more of them are taken: 32 of 16 bits for up to 8,000 pictures, 81 of 20 bits for 100,000.
 */
export function bitSamples(pictures: number): BitSample[] {
  const length = Math.max(16, Math.min(22, Math.ceil(Math.log2(pictures + 1)) + 3));
  const count = Math.round(32 * 2 ** ((length - 16) / 3));
  const random = randomBelow(SEED);
  const meeting = Array.from({ length: count }, () =>
    chosen(random, length, 0, SAMPLED_BITS).sort((a, b) => a - b),
  );
  return meeting.map((positions) => ({
    meeting: positions,
    ordering: chosen(random, ORDERING_BITS, SAMPLED_BITS, HASH_BITS),
  }));
}

function chosen(random: (limit: number) => number, count: number, from: number, to: number): number[] {
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

/** Hashes by the value of one sample of their bits. */
export class BitSampleTable {
  readonly #sample: BitSample;
  /** Where the rows of each value begin in `#rows`. */
  readonly #starts: Int32Array;
  readonly #rows: Int32Array;
  /** Of the table's rows, by their place in `#rows`: filled in where there are many of one value. */
  readonly #orders: Int32Array;

  static async build(hashes: HashRows, sample: BitSample, turns: YieldController): Promise<BitSampleTable> {
    const values = new Int32Array(hashes.size);
    const starts = new Int32Array(2 ** sample.meeting.length + 1);
    for (let row = 0; row < hashes.size; row++) {
      const value = hashes.bitsAt(row, sample.meeting);
      values[row] = value;
      starts[value + 1] = (starts[value + 1] ?? 0) + 1;
      if (row % 1024 === 0) await turns.yieldIfDue();
    }
    for (let value = 1; value < starts.length; value++) {
      starts[value] = (starts[value] ?? 0) + (starts[value - 1] ?? 0);
      if (value % 65_536 === 0) await turns.yieldIfDue();
    }
    const next = starts.slice();
    const rows = new Int32Array(hashes.size);
    for (let row = 0; row < rows.length; row++) {
      const value = values[row] ?? 0;
      const at = next[value] ?? 0;
      rows[at] = row;
      next[value] = at + 1;
      if (row % 4096 === 0) await turns.yieldIfDue();
    }
    const table = new BitSampleTable(sample, starts, rows);
    await table.#order(hashes, turns);
    return table;
  }

  private constructor(sample: BitSample, starts: Int32Array, rows: Int32Array) {
    this.#sample = sample;
    this.#starts = starts;
    this.#rows = rows;
    this.#orders = new Int32Array(rows.length);
  }

  /**
   * Rows of the table whose sample equals that of this hash; where they are very many, only those next to it in the
   * order of other bits. A copy differs in few of these, so that it lies near in one sample or another.
   */
  rowsLike(hashes: HashRows, row: number): Int32Array {
    const value = hashes.bitsAt(row, this.#sample.meeting);
    const [start, end] = [this.#starts[value] ?? 0, this.#starts[value + 1] ?? 0];
    if (end - start <= DENSE_FROM) return this.#rows.subarray(start, end);
    const at = this.#placeOf(hashes.bitsAt(row, this.#sample.ordering), start, end);
    return this.#rows.subarray(Math.max(start, at - NEIGHBORS), Math.min(end, at + NEIGHBORS));
  }

  async #order(hashes: HashRows, turns: YieldController): Promise<void> {
    for (let value = 0; value + 1 < this.#starts.length; value++) {
      const [start, end] = [this.#starts[value] ?? 0, this.#starts[value + 1] ?? 0];
      if (end - start > DENSE_FROM) this.#orderRows(hashes, start, end);
      if (value % 4096 === 0) await turns.yieldIfDue();
    }
  }

  #orderRows(hashes: HashRows, start: number, end: number): void {
    // Order and row in one number: an array of numbers sorts many times faster than by a comparison.
    const both = Float64Array.from(
      this.#rows.subarray(start, end),
      (row) => hashes.bitsAt(row, this.#sample.ordering) * ROWS + row,
    ).sort();
    for (const [at, number] of both.entries()) {
      this.#orders[start + at] = Math.floor(number / ROWS);
      this.#rows[start + at] = number % ROWS;
    }
  }

  /** The first place from `start` whose order is not below the given one. */
  #placeOf(order: number, start: number, end: number): number {
    let [low, high] = [start, end];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#orders[middle] ?? 0) < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** More than any table has. */
const ROWS = 2 ** 27;
