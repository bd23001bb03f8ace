import { bitCount } from "../image/hashing/hash-bits.ts";

/** Hashes of equal length in one array, each belonging to one picture. */
export class HashRows {
  readonly words: number;
  readonly #owner: Int32Array;
  readonly #kind: Uint8Array;
  readonly #hashes: Uint32Array;
  #size = 0;

  constructor(capacity: number, words: number) {
    this.words = words;
    this.#owner = new Int32Array(capacity);
    this.#kind = new Uint8Array(capacity);
    this.#hashes = new Uint32Array(capacity * words);
  }

  get size(): number {
    return this.#size;
  }

  /** `kind`: which part of its owner this hash is of. */
  add(owner: number, kind: number, hash: Uint32Array): void {
    this.#owner[this.#size] = owner;
    this.#kind[this.#size] = kind;
    this.#hashes.set(hash, this.#size * this.words);
    this.#size += 1;
  }

  owner(row: number): number {
    return this.#owner[row] ?? -1;
  }

  kind(row: number): number {
    return this.#kind[row] ?? 0;
  }

  /** The bits at these positions, as one number. */
  bitsAt(row: number, positions: readonly number[]): number {
    const from = row * this.words;
    let bits = 0;
    for (const position of positions) {
      bits = (bits << 1) | (((this.#hashes[from + (position >> 5)] ?? 0) >>> (position & 31)) & 1);
    }
    return bits;
  }

  /** Bits that differ; counting stops above `limit`. */
  distance(row: number, other: HashRows, otherRow: number, limit: number): number {
    let distance = 0;
    const [from, to] = [row * this.words, otherRow * this.words];
    for (let word = 0; word < this.words && distance <= limit; word++) {
      distance += bitCount((this.#hashes[from + word] ?? 0) ^ (other.#hashes[to + word] ?? 0));
    }
    return distance;
  }
}
