import type { Embedding } from "../types.ts";
import { bindDotKernel, type DotProducts, plainDotKernel, ROW_STEP_BYTES } from "./dot-kernel.ts";

const PAGE_BYTES = 65_536;
/** Address space of one block; the system gives memory to the pages that are written. */
const BLOCK_BYTES = 64 * 1024 * 1024;

/** A fixed number of vectors side by side, with the kernel that compares them all to a query. */
export class VectorBlock {
  readonly #dimensions: number;
  readonly #stride: number;
  readonly #floats: Float32Array;
  readonly #dots: DotProducts;
  readonly #scoresAt: number;
  readonly #rowsAt: number;

  /** How many vectors of this length a block holds. */
  static rowsFor(dimensions: number): number {
    return Math.max(1, Math.floor(BLOCK_BYTES / strideOf(dimensions)));
  }

  constructor(dimensions: number, kernel: WebAssembly.Module | null) {
    const rows = VectorBlock.rowsFor(dimensions);
    this.#dimensions = dimensions;
    this.#stride = strideOf(dimensions);
    // The query first, then one score a row, then the rows; rows start at a multiple of their step.
    this.#scoresAt = this.#stride;
    this.#rowsAt = this.#scoresAt + roundUp(rows * 4, ROW_STEP_BYTES);
    const pages = Math.ceil((this.#rowsAt + rows * this.#stride) / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.#floats = new Float32Array(memory.buffer);
    this.#dots = kernel ? bindDotKernel(kernel, memory) : plainDotKernel(memory);
  }

  set(row: number, embedding: Embedding): void {
    this.#floats.set(embedding, this.#at(row));
  }

  get(row: number): Embedding {
    return this.#floats.slice(this.#at(row), this.#at(row) + this.#dimensions);
  }

  erase(row: number): void {
    this.#floats.fill(0, this.#at(row), this.#at(row) + this.#dimensions);
  }

  /** Cosines of the rows `first`, `first + 1`, … in a view that lasts until the next call. */
  scores(query: Embedding, first: number, count: number): Float32Array {
    this.#floats.set(query, 0);
    const scores = this.#floats.subarray(this.#scoresAt / 4, this.#scoresAt / 4 + count);
    if (count > 0) this.#dots(this.#at(first) * 4, count, this.#stride, 0, this.#scoresAt);
    return scores;
  }

  /** Cosines of these rows, in their order, in a view that lasts until the next call. */
  scoresOf(query: Embedding, rows: readonly number[]): Float32Array {
    this.#floats.set(query, 0);
    for (const [index, row] of rows.entries()) {
      this.#dots(this.#at(row) * 4, 1, this.#stride, 0, this.#scoresAt + index * 4);
    }
    return this.#floats.subarray(this.#scoresAt / 4, this.#scoresAt / 4 + rows.length);
  }

  #at(row: number): number {
    return (this.#rowsAt + row * this.#stride) / 4;
  }
}

/** Rows are padded with zeros to whole steps of the kernel. */
function strideOf(dimensions: number): number {
  return roundUp(dimensions * 4, ROW_STEP_BYTES);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
