import type { ImageKey } from "../../ports.ts";

/** A set of keys as one bit each: small for any number of images, with lookups in constant time. */
export class KeyBits {
  #size = 0;
  #bits: Uint32Array;

  /** Capacity for keys up to `highest`; it grows when a higher one is added. */
  constructor(highest: ImageKey = 0) {
    this.#bits = new Uint32Array((highest >>> 5) + 1);
  }

  get size(): number {
    return this.#size;
  }

  add(key: ImageKey): void {
    const at = key >>> 5;
    if (at >= this.#bits.length) this.#grow(at);
    const word = this.#bits[at] ?? 0;
    const bit = 1 << (key & 31);
    if (word & bit) return;
    this.#bits[at] = word | bit;
    this.#size++;
  }

  /** In any order, repeats allowed. */
  addAll(keys: readonly ImageKey[]): void {
    for (const key of keys) this.add(key);
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

  #grow(at: number): void {
    const bits = new Uint32Array(Math.max(at + 1, this.#bits.length * 2));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}
