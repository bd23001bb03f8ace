/** One pair of pictures each; 16 MB in all. */
const SLOTS = 2 ** 21;

/**
 * A bounded set of recent pairs: adding one may evict another. Thousands of similar pictures make more pairs than could
 * be kept.
 */
export class RecentPairs {
  readonly #pictures: number;
  /** A pair's number plus one; 0 is empty. */
  readonly #slots = new Float64Array(SLOTS);

  constructor(pictures: number) {
    this.#pictures = pictures;
  }

  add(a: number, b: number): void {
    this.#slots[slotOf(a, b)] = this.#numberOf(a, b);
  }

  has(a: number, b: number): boolean {
    return this.#slots[slotOf(a, b)] === this.#numberOf(a, b);
  }

  #numberOf(a: number, b: number): number {
    return Math.min(a, b) * this.#pictures + Math.max(a, b) + 1;
  }
}

/** Hashed with two large odd numbers; the same for either order. */
function slotOf(a: number, b: number): number {
  const mixed = Math.imul(Math.min(a, b), 0x9e3779b1) ^ Math.imul(Math.max(a, b), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
}
