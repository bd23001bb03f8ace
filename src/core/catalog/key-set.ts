import type { ImageKey, KeySet } from "../ports.ts";

/** A set of keys as one bit each: small for any number of images, with an answer in constant time. */
export class KeyBits implements KeySet {
  readonly size: number;
  readonly #bits: Uint32Array;

  /** Keys in any order, repeats allowed. */
  constructor(keys: readonly ImageKey[]) {
    let highest = 0;
    for (const key of keys) if (key > highest) highest = key;
    this.#bits = new Uint32Array((highest >>> 5) + 1);
    let size = 0;
    for (const key of keys) {
      const word = this.#bits[key >>> 5] ?? 0;
      const bit = 1 << (key & 31);
      if (word & bit) continue;
      this.#bits[key >>> 5] = word | bit;
      size++;
    }
    this.size = size;
  }

  has(key: ImageKey): boolean {
    return ((this.#bits[key >>> 5] ?? 0) & (1 << (key & 31))) !== 0;
  }

  /** Ascending. */
  *[Symbol.iterator](): Iterator<ImageKey> {
    for (const [index, word] of this.#bits.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        yield index * 32 + (31 - Math.clz32(rest & -rest));
      }
    }
  }
}
