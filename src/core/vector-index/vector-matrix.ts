import type { Embedding } from "../types.ts";
import { compileDotKernel } from "./dot-kernel.ts";
import { VectorBlock } from "./vector-block.ts";

/** Vectors of one space in contiguous memory, for comparing one picture after another with all of them. */
export class VectorMatrix {
  readonly size: number;
  readonly #blocks: VectorBlock[] = [];
  readonly #rows: number;

  constructor(vectors: readonly Embedding[]) {
    const dimensions = vectors[0]?.length ?? 1;
    this.size = vectors.length;
    this.#rows = VectorBlock.rowsFor(dimensions);
    const kernel = compileDotKernel();
    for (let at = 0; at < this.size; at += this.#rows) this.#blocks.push(new VectorBlock(dimensions, kernel));
    for (const [at, vector] of vectors.entries()) this.set(at, vector);
  }

  set(at: number, vector: Embedding): void {
    this.#blocks[Math.floor(at / this.#rows)]?.set(at % this.#rows, vector);
  }

  /** Dot product of this vector with every row, in their order. */
  cosines(vector: Embedding): Float32Array {
    const cosines = new Float32Array(this.size);
    for (const [at, block] of this.#blocks.entries()) {
      const first = at * this.#rows;
      cosines.set(block.scores(vector, 0, Math.min(this.#rows, this.size - first)), first);
    }
    return cosines;
  }

  /** The row nearest to this vector, the first of equals, and its cosine. */
  nearest(vector: Embedding): { at: number; cosine: number } {
    let [at, cosine] = [0, Number.NEGATIVE_INFINITY];
    for (const [row, candidate] of this.cosines(vector).entries()) {
      if (candidate > cosine) [at, cosine] = [row, candidate];
    }
    return { at, cosine };
  }
}
