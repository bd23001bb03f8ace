import { setImmediate as nextTurn } from "node:timers/promises";
import type { ImageKey, IndexQuery, KeySet, Neighbor, VectorIndex } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { BestNeighbors } from "./best-neighbors.ts";
import { compileDotKernel } from "./dot-kernel.ts";
import { VectorBlock } from "./vector-block.ts";

/** Longest stretch of work before other events of the process get their turn. */
const STRETCH_MS = 4;
/** Rows between two looks at the clock: well under a millisecond of work. */
const RUN_ROWS = 2048;
/** A row reached through its key costs about three rows of the straight scan (bench/search.ts). */
const PICKED_ROW_COST = 3;

/** Compares the query to every vector: perfect recall, no preparation, time in proportion to the size. */
export class ExactIndex implements VectorIndex {
  readonly kind = "exact";
  readonly #dimensions: number;
  readonly #rowsPerBlock: number;
  readonly #kernel: WebAssembly.Module | null;
  readonly #blocks: VectorBlock[] = [];
  /** Key by slot; 0 marks a free slot, as keys are positive. */
  readonly #keys: ImageKey[] = [];
  readonly #slots = new Map<ImageKey, number>();
  readonly #free: number[] = [];

  constructor(dimensions: number, kernel = compileDotKernel()) {
    this.#dimensions = dimensions;
    this.#rowsPerBlock = VectorBlock.rowsFor(dimensions);
    this.#kernel = kernel;
  }

  get size(): number {
    return this.#slots.size;
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
    const best = new BestNeighbors(limit);
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

  *#scanAll(query: Embedding, within: KeySet | undefined, best: BestNeighbors): Generator<void> {
    for (let slot = 0; slot < this.#keys.length; ) {
      const row = slot % this.#rowsPerBlock;
      const count = Math.min(RUN_ROWS, this.#rowsPerBlock - row, this.#keys.length - slot);
      const scores = this.#blockOf(slot).scores(query, row, count);
      let floor = best.floor;
      for (let i = 0; i < count; i++) {
        const score = scores[i] ?? Number.NaN;
        // Not the same as `score < floor`: a damaged vector gives NaN and must never be found.
        if (!(score >= floor)) continue;
        const key = this.#keys[slot + i];
        if (!key || (within && !within.has(key))) continue;
        best.offer(key, score);
        floor = best.floor;
      }
      slot += count;
      yield;
    }
  }

  *#scanPicked(query: Embedding, within: KeySet, best: BestNeighbors): Generator<void> {
    let picked: number[] = [];
    for (const key of within) {
      const slot = this.#slots.get(key);
      if (slot === undefined) continue;
      if (picked.length === RUN_ROWS || this.#leavesBlock(picked, slot)) {
        this.#offerPicked(query, picked, best);
        picked = [];
        yield;
      }
      picked.push(slot);
    }
    this.#offerPicked(query, picked, best);
  }

  #offerPicked(query: Embedding, slots: readonly number[], best: BestNeighbors): void {
    const first = slots[0];
    if (first === undefined) return;
    const rows = slots.map((slot) => slot % this.#rowsPerBlock);
    const scores = this.#blockOf(first).scoresOf(query, rows);
    for (const [i, slot] of slots.entries()) {
      const key = this.#keys[slot];
      const score = scores[i] ?? Number.NaN;
      if (key && score >= best.floor) best.offer(key, score);
    }
  }

  #leavesBlock(picked: readonly number[], slot: number): boolean {
    const first = picked[0];
    return first !== undefined && this.#blockIndex(first) !== this.#blockIndex(slot);
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

/** Runs work piece by piece, and lets other events in between every few milliseconds. */
async function inStretches(work: Iterable<void>, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  let since = performance.now();
  for (const _ of work) {
    if (performance.now() - since < STRETCH_MS) continue;
    await nextTurn();
    signal?.throwIfAborted();
    since = performance.now();
  }
}
