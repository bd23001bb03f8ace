import type { SignHash } from "./hash-bits.ts";

/** Discrete cosine transform of a square of cells; gives the coefficients in the order of a hash's bits. */
export class CosineTransform {
  readonly #side: number;
  readonly #order: SignHash["order"];
  readonly #frequencies: number;
  /** Cosine of every frequency at every cell, frequency by frequency. */
  #waves: Float64Array | undefined;

  constructor(side: number, { order }: SignHash) {
    this.#side = side;
    this.#order = order;
    this.#frequencies = 1 + order.reduce((highest, { u, v }) => Math.max(highest, u, v), 0);
  }

  coefficients(cells: Float64Array): Float64Array {
    // Made at first use, not when the program starts.
    this.#waves ??= this.#cosines();
    const waves = this.#waves;
    const across = new Float64Array(this.#frequencies * this.#side);
    for (let u = 0; u < this.#frequencies; u++) {
      for (let row = 0; row < this.#side; row++)
        across[u * this.#side + row] = this.#dot(waves, u, cells, row);
    }
    return Float64Array.from(this.#order, ({ u, v }) => this.#dot(waves, v, across, u));
  }

  #cosines(): Float64Array {
    const side = this.#side;
    return Float64Array.from({ length: this.#frequencies * side }, (_, index) => {
      const [frequency, cell] = [Math.floor(index / side), index % side];
      return Math.cos(((2 * cell + 1) * frequency * Math.PI) / (2 * side));
    });
  }

  #dot(waves: Float64Array, frequency: number, values: Float64Array, line: number): number {
    const side = this.#side;
    let sum = 0;
    for (let cell = 0; cell < side; cell++) {
      sum += (waves[frequency * side + cell] ?? 0) * (values[line * side + cell] ?? 0);
    }
    return sum;
  }
}
