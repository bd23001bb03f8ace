import type { Turns } from "../turns.ts";
import type { HashRows } from "./hash-rows.ts";

/** The first bits of a hash are its lowest frequencies, which survive cropping and overwriting best. */
const SAMPLED_BITS = 48;
const SEED = 7;

/**
 * Positions of the bits of each sample. More pictures need longer samples to be told apart by them, and longer
 * samples are less often equal in a copy, so more of them are taken: 32 of 16 bits for up to 8,000 pictures, 81 of
 * 20 bits for 100,000.
 */
export function bitSamples(pictures: number): number[][] {
  const length = Math.max(16, Math.min(22, Math.ceil(Math.log2(pictures + 1)) + 3));
  const count = Math.round(32 * 2 ** ((length - 16) / 3));
  const random = randomBelow(SEED);
  return Array.from({ length: count }, () => {
    const positions = new Set<number>();
    while (positions.size < length) positions.add(random(SAMPLED_BITS));
    return [...positions].sort((a, b) => a - b);
  });
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
  readonly #sample: readonly number[];
  /** Where the rows of each value begin in `#rows`. */
  readonly #starts: Int32Array;
  readonly #rows: Int32Array;

  static async build(hashes: HashRows, sample: readonly number[], turns: Turns): Promise<BitSampleTable> {
    const values = new Int32Array(hashes.size);
    const starts = new Int32Array(2 ** sample.length + 1);
    for (let row = 0; row < hashes.size; row++) {
      const value = hashes.bitsAt(row, sample);
      values[row] = value;
      starts[value + 1] = (starts[value + 1] ?? 0) + 1;
      if (row % 1024 === 0) await turns.give();
    }
    for (let value = 1; value < starts.length; value++) {
      starts[value] = (starts[value] ?? 0) + (starts[value - 1] ?? 0);
      if (value % 65_536 === 0) await turns.give();
    }
    const next = starts.slice();
    const rows = new Int32Array(hashes.size);
    for (let row = 0; row < rows.length; row++) {
      const value = values[row] ?? 0;
      const at = next[value] ?? 0;
      rows[at] = row;
      next[value] = at + 1;
      if (row % 4096 === 0) await turns.give();
    }
    return new BitSampleTable(sample, starts, rows);
  }

  private constructor(sample: readonly number[], starts: Int32Array, rows: Int32Array) {
    this.#sample = sample;
    this.#starts = starts;
    this.#rows = rows;
  }

  /** Rows of the table whose sample equals that of this hash. */
  rowsLike(hashes: HashRows, row: number): Int32Array {
    const value = hashes.bitsAt(row, this.#sample);
    return this.#rows.subarray(this.#starts[value], this.#starts[value + 1]);
  }
}
