import { isSamePart, WHOLE } from "../part.ts";
import type { ImageKey, Match } from "../ports.ts";
import type { Embedding, Part } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { compileDotKernel } from "./dot-kernel.ts";
import { SlotTable } from "./slot-table.ts";
import { TopK } from "./top-k.ts";
import { VectorBlock } from "./vector-block.ts";
import type { IndexSearchOptions, KeySet, VectorIndex } from "./vector-index.ts";

/** Rows between two yield points: well under a millisecond of work. */
const ROWS_PER_STEP = 2048;
/** A row reached through its key costs about two rows of the straight scan (measured, beyond the processor's caches). */
export const GATHERED_ROW_COST = 2;

/** Compares the query with every vector: perfect recall, no preparation, time in proportion to the size. */
export class ExactIndex implements VectorIndex {
  readonly kind = "exact";
  readonly #dimensions: number;
  readonly #rowsPerBlock: number;
  readonly #kernel: WebAssembly.Module | null;
  readonly #blocks: VectorBlock[] = [];
  /** Key by slot; 0 marks a free slot, as keys are positive. */
  readonly #keys: ImageKey[] = [];
  /** The first slot of each key: that of the whole image, if it has one. */
  readonly #slots = new SlotTable();
  /** The other slots of images with several parts, and the part of each slot that is not for the whole image. */
  readonly #moreSlots = new Map<ImageKey, number[]>();
  readonly #parts = new Map<number, Part>();
  readonly #free: number[] = [];

  constructor(dimensions: number, kernel = compileDotKernel()) {
    this.#dimensions = dimensions;
    this.#rowsPerBlock = VectorBlock.rowsFor(dimensions);
    this.#kernel = kernel;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** Vectors: one for each part of each image. */
  get rows(): number {
    return this.#keys.length - this.#free.length;
  }

  /** Images with several parts. */
  get multipart(): Iterable<ImageKey> & { readonly size: number } {
    return { size: this.#moreSlots.size, [Symbol.iterator]: () => this.#moreSlots.keys() };
  }

  has(key: ImageKey): boolean {
    return this.#slots.has(key);
  }

  keys(): ImageKey[] {
    const keys = this.#keys.filter((key) => key !== 0);
    return this.#moreSlots.size === 0 ? keys : [...new Set(keys)];
  }

  put(key: ImageKey, embedding: Embedding, part = WHOLE): void {
    this.#expectLength(embedding);
    const slot = this.#slotOf(key, part) ?? this.#addSlot(key, part);
    this.#blockOf(slot).set(slot % this.#rowsPerBlock, embedding);
  }

  remove(key: ImageKey): void {
    for (const slot of this.#slotsOf(key)) {
      this.#blockOf(slot).erase(slot % this.#rowsPerBlock);
      this.#keys[slot] = 0;
      this.#parts.delete(slot);
      this.#free.push(slot);
    }
    this.#slots.delete(key);
    this.#moreSlots.delete(key);
  }

  get(key: ImageKey): Embedding | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#blockOf(slot).get(slot % this.#rowsPerBlock);
  }

  async search(query: Embedding, options: IndexSearchOptions): Promise<Match[]> {
    this.#expectLength(query);
    const { limit, within, signal } = options;
    const best = new BestMatches(limit);
    const isNarrow = within && within.size * GATHERED_ROW_COST < this.size;
    const work = isNarrow ? this.#scanGathered(query, within, best) : this.#scanAll(query, within, best);
    await new YieldController(signal).run(work);
    // An image may have been removed while other events were handled.
    return best.sorted().filter(({ key }) => this.#slots.has(key));
  }

  close(): void {
    this.#blocks.length = 0;
    this.#keys.length = 0;
    this.#slots.clear();
    this.#moreSlots.clear();
    this.#parts.clear();
    this.#free.length = 0;
  }

  #slotsOf(key: ImageKey): number[] {
    const first = this.#slots.get(key);
    return first === undefined ? [] : [first, ...(this.#moreSlots.get(key) ?? [])];
  }

  #slotOf(key: ImageKey, part: Part): number | undefined {
    return this.#slotsOf(key).find((slot) => isSamePart(this.#parts.get(slot) ?? WHOLE, part));
  }

  #addSlot(key: ImageKey, part: Part): number {
    const slot = this.#free.pop() ?? this.#keys.length;
    this.#keys[slot] = key;
    if (part.kind !== "whole") this.#parts.set(slot, part);
    const others = this.#slotsOf(key);
    const [first = slot, ...more] = part.kind === "whole" ? [slot, ...others] : [...others, slot];
    this.#slots.set(key, first);
    if (more.length > 0) this.#moreSlots.set(key, more);
    return slot;
  }

  *#scanAll(query: Embedding, within: KeySet | undefined, best: BestMatches): Generator<void> {
    for (let slot = 0; slot < this.#keys.length; ) {
      const row = slot % this.#rowsPerBlock;
      const count = Math.min(ROWS_PER_STEP, this.#rowsPerBlock - row, this.#keys.length - slot);
      const scores = this.#blockOf(slot).scores(query, row, count);
      let floor = best.threshold;
      for (let i = 0; i < count; i++) {
        const score = scores[i] ?? Number.NaN;
        // Not the same as `score < floor`: a damaged vector gives NaN and must never be found.
        if (!(score >= floor)) continue;
        const key = this.#keys[slot + i];
        if (!key || (within && !within.has(key))) continue;
        this.#offer(key, slot + i, score, best);
        floor = best.threshold;
      }
      slot += count;
      yield;
    }
  }

  *#scanGathered(query: Embedding, within: KeySet, best: BestMatches): Generator<void> {
    let rows: number[] = [];
    let block = -1;
    for (const key of within) {
      const more = this.#moreSlots.size > 0 ? this.#moreSlots.get(key) : undefined;
      for (let slot = this.#slots.get(key), next = 0; slot !== undefined; slot = more?.[next++]) {
        const home = this.#blockIndex(slot);
        if (home !== block || rows.length === ROWS_PER_STEP) {
          if (rows.length > 0) {
            this.#offerRows(query, block, rows, best);
            yield;
          }
          block = home;
          rows = [];
        }
        rows.push(slot - home * this.#rowsPerBlock);
      }
    }
    if (rows.length > 0) this.#offerRows(query, block, rows, best);
  }

  #offerRows(query: Embedding, block: number, rows: readonly number[], best: BestMatches): void {
    const first = block * this.#rowsPerBlock;
    const scores = this.#blockOf(first).scoresOf(query, rows);
    for (let i = 0; i < rows.length; i++) {
      const score = scores[i] ?? Number.NaN;
      if (!(score >= best.threshold)) continue;
      const slot = first + (rows[i] ?? 0);
      const key = this.#keys[slot];
      if (key) this.#offer(key, slot, score, best);
    }
  }

  #offer(key: ImageKey, slot: number, score: number, best: BestMatches): void {
    const part = (this.#parts.size > 0 && this.#parts.get(slot)) || WHOLE;
    const isMultipart = this.#moreSlots.size > 0 && this.#moreSlots.has(key);
    if (isMultipart) best.pushPart({ key, part, score });
    else best.push({ key, part, score });
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

/** The best matches, one per image: of an image with several parts the best one, known once all have been compared. */
class BestMatches extends TopK<Match> {
  readonly #bestParts = new Map<ImageKey, Match>();

  pushPart(match: Match): void {
    const known = this.#bestParts.get(match.key);
    if (!known || match.score > known.score) this.#bestParts.set(match.key, match);
  }

  override sorted(): Match[] {
    for (const match of this.#bestParts.values()) this.push(match);
    this.#bestParts.clear();
    return super.sorted();
  }
}
