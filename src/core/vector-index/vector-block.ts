import type { Embedding } from "../types.ts";
import { bindDotKernel, type DotKernel, GATHER_BATCH, plainDotKernel, ROW_STEP_BYTES } from "./dot-kernel.ts";

const PAGE_BYTES = 65_536;
/** Address space of one block; the system gives memory to the pages that are written. */
const BLOCK_BYTES = 64 * 1024 * 1024;

/** A fixed number of vectors side by side, with the kernel that compares them all to a query. */
export class VectorBlock {
  readonly #dimensions: number;
  readonly #stride: number;
  readonly #floats: Float32Array;
  readonly #addresses: Int32Array;
  readonly #kernel: DotKernel;
  readonly #scoresAt: number;
  readonly #addressesAt: number;
  readonly #rowsAt: number;

  /** How many vectors of this length a block holds. */
  static rowsFor(dimensions: number): number {
    return Math.max(1, Math.floor(BLOCK_BYTES / strideOf(dimensions)));
  }

  constructor(dimensions: number, kernel: WebAssembly.Module | null) {
    const rows = VectorBlock.rowsFor(dimensions);
    this.#dimensions = dimensions;
    this.#stride = strideOf(dimensions);
    // The query first, then a score and an address for each row, then the rows.
    const bytesPerList = roundUp(rows * 4, ROW_STEP_BYTES);
    this.#scoresAt = this.#stride;
    this.#addressesAt = this.#scoresAt + bytesPerList;
    this.#rowsAt = this.#addressesAt + bytesPerList;
    const pages = Math.ceil((this.#rowsAt + rows * this.#stride) / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.#floats = new Float32Array(memory.buffer);
    this.#addresses = new Int32Array(memory.buffer, this.#addressesAt, bytesPerList / 4);
    this.#kernel = kernel ? bindDotKernel(kernel, memory) : plainDotKernel(memory);
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
    if (count > 0) this.#kernel.scan(this.#at(first) * 4, count, this.#stride, 0, this.#scoresAt);
    return this.#scores(count);
  }

  /** Cosines of these rows, each at most once, in their order, in a view that lasts until the next call. */
  scoresOf(query: Embedding, rows: readonly number[]): Float32Array {
    this.#floats.set(query, 0);
    const padded = roundUp(rows.length, GATHER_BATCH);
    for (let i = 0; i < padded; i++) this.#addresses[i] = this.#at(rows[i] ?? 0) * 4;
    if (padded > 0) this.#kernel.gather(this.#addressesAt, padded, this.#stride, 0, this.#scoresAt);
    return this.#scores(rows.length);
  }

  #scores(count: number): Float32Array {
    return this.#floats.subarray(this.#scoresAt / 4, this.#scoresAt / 4 + count);
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
