import type { ImageKey, IndexQuery, KeySet, Neighbor, VectorIndex } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { compileDotKernel } from "./dot-kernel.ts";
import { SlotTable } from "./slot-table.ts";
import { inStretches } from "./stretches.ts";
import { TopK } from "./top-k.ts";
import { VectorBlock } from "./vector-block.ts";

/** Rows between two looks at the clock: well under a millisecond of work. */
const RUN_ROWS = 2048;
/** A row reached through its key costs about two rows of the straight scan (measured, beyond the processor's caches). */
export const PICKED_ROW_COST = 2;

/** Compares the query to every vector: perfect recall, no preparation, time in proportion to the size. */
export class ExactIndex implements VectorIndex {
  readonly kind = "exact";
  readonly #dimensions: number;
  readonly #rowsPerBlock: number;
  readonly #kernel: WebAssembly.Module | null;
  readonly #blocks: VectorBlock[] = [];
  /** Key by slot; 0 marks a free slot, as keys are positive. */
  readonly #keys: ImageKey[] = [];
  readonly #slots = new SlotTable();
  readonly #free: number[] = [];

  constructor(dimensions: number, kernel = compileDotKernel()) {
    this.#dimensions = dimensions;
    this.#rowsPerBlock = VectorBlock.rowsFor(dimensions);
    this.#kernel = kernel;
  }

  get size(): number {
    return this.#slots.size;
  }

  has(key: ImageKey): boolean {
    return this.#slots.has(key);
  }

  keys(): ImageKey[] {
    return this.#keys.filter((key) => key !== 0);
  }

  put(key: ImageKey, embedding: Embedding): void {
    this.#expectLength(embedding);
    const slot = this.#slots.get(key) ?? this.#free.pop() ?? this.#keys.length;
    this.#blockOf(slot).set(slot % this.#rowsPerBlock, embedding);
    this.#keys[slot] = key;
    this.#slots.set(key, slot);
  }

  remove(key: ImageKey): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#blockOf(slot).erase(slot % this.#rowsPerBlock);
    this.#keys[slot] = 0;
    this.#slots.delete(key);
    this.#free.push(slot);
  }

  get(key: ImageKey): Embedding | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#blockOf(slot).get(slot % this.#rowsPerBlock);
  }

  async search(query: Embedding, question: IndexQuery): Promise<Neighbor[]> {
    this.#expectLength(query);
    const { limit, within, signal } = question;
    const best = new TopK(limit);
    const few = within && within.size * PICKED_ROW_COST < this.size;
    const work = few ? this.#scanPicked(query, within, best) : this.#scanAll(query, within, best);
    await inStretches(work, signal);
    // A vector may have left while other events had their turn.
    return best.sorted().filter(({ key }) => this.#slots.has(key));
  }

  close(): void {
    this.#blocks.length = 0;
    this.#keys.length = 0;
    this.#slots.clear();
    this.#free.length = 0;
  }

  *#scanAll(query: Embedding, within: KeySet | undefined, best: TopK): Generator<void> {
    for (let slot = 0; slot < this.#keys.length; ) {
      const row = slot % this.#rowsPerBlock;
      const count = Math.min(RUN_ROWS, this.#rowsPerBlock - row, this.#keys.length - slot);
      const scores = this.#blockOf(slot).scores(query, row, count);
      let floor = best.threshold;
      for (let i = 0; i < count; i++) {
        const score = scores[i] ?? Number.NaN;
        // Not the same as `score < floor`: a damaged vector gives NaN and must never be found.
        if (!(score >= floor)) continue;
        const key = this.#keys[slot + i];
        if (!key || (within && !within.has(key))) continue;
        best.push(key, score);
        floor = best.threshold;
      }
      slot += count;
      yield;
    }
  }

  *#scanPicked(query: Embedding, within: KeySet, best: TopK): Generator<void> {
    let rows: number[] = [];
    let block = -1;
    for (const key of within) {
      const slot = this.#slots.get(key);
      if (slot === undefined) continue;
      const home = this.#blockIndex(slot);
      if (home !== block || rows.length === RUN_ROWS) {
        if (rows.length > 0) {
          this.#offerRows(query, block, rows, best);
          yield;
        }
        block = home;
        rows = [];
      }
      rows.push(slot - home * this.#rowsPerBlock);
    }
    if (rows.length > 0) this.#offerRows(query, block, rows, best);
  }

  #offerRows(query: Embedding, block: number, rows: readonly number[], best: TopK): void {
    const first = block * this.#rowsPerBlock;
    const scores = this.#blockOf(first).scoresOf(query, rows);
    for (let i = 0; i < rows.length; i++) {
      const score = scores[i] ?? Number.NaN;
      if (!(score >= best.threshold)) continue;
      const key = this.#keys[first + (rows[i] ?? 0)];
      if (key) best.push(key, score);
    }
  }

  #blockIndex(slot: number): number {
    return Math.floor(slot / this.#rowsPerBlock);
  }

  #blockOf(slot: number): VectorBlock {
    const index = this.#blockIndex(slot);
    const block = this.#blocks[index] ?? new VectorBlock(this.#dimensions, this.#kernel);
    this.#blocks[index] = block;
    return block;
  }

  #expectLength(embedding: Embedding): void {
    if (embedding.length === this.#dimensions) return;
    throw new RangeError(`Expected ${this.#dimensions} numbers in an embedding, got ${embedding.length}.`);
  }
}
