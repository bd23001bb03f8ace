import type { FileHandle } from "node:fs/promises";
import type { ImageKey } from "../ports.ts";

/** Eleven fields of 8 bytes and two of 4, as hnswlib's saveIndex writes them on a 64-bit little-endian machine. */
const HEADER_BYTES = 96;
const KEY_BYTES = 8;
const BYTES_AT_ONCE = 1 << 20;

export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/**
 * The layout of hnswlib's file: after the header one row for each vector, in the order of insertion, with its links,
 * the vector and its key. Rows are inserted by ascending key, so that one is found by binary search.
 */
export class GraphFile {
  readonly #file: FileHandle;
  readonly #rows: number;
  readonly #rowBytes: number;
  readonly #vectorOffset: number;
  readonly #keyOffset: number;

  private constructor(file: FileHandle, header: Buffer) {
    const field = (at: number) => Number(header.readBigUInt64LE(at * 8));
    this.#file = file;
    [this.#rows, this.#rowBytes, this.#keyOffset, this.#vectorOffset] = [
      field(2),
      field(3),
      field(4),
      field(5),
    ];
  }

  /** @returns undefined when the layout is another one. */
  static async open(file: FileHandle, expected: { readonly count: number }): Promise<GraphFile | undefined> {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead < HEADER_BYTES) return undefined;
    const graph = new GraphFile(file, header);
    const fits = graph.#keyOffset + KEY_BYTES === graph.#rowBytes && graph.#vectorOffset < graph.#keyOffset;
    return fits && graph.#rows === expected.count ? graph : undefined;
  }

  /** Where the vectors of these keys are stored; keys without a row are left out. */
  async vectorsOf(keys: readonly ImageKey[]): Promise<ByteRange[]> {
    const ranges: ByteRange[] = [];
    let from = 0;
    for (const key of [...keys].sort((a, b) => a - b)) {
      from = await this.#firstRowFrom(key, from);
      if (from < this.#rows && (await this.#keyOf(from)) === key) ranges.push(this.#vectorRange(from));
    }
    return ranges;
  }

  /** Where the vectors of all other keys are stored; reads the whole file. */
  async vectorsExcept(kept: ReadonlySet<ImageKey>): Promise<ByteRange[]> {
    const ranges: ByteRange[] = [];
    const rowsAtOnce = Math.max(1, Math.floor(BYTES_AT_ONCE / this.#rowBytes));
    const some = Buffer.alloc(rowsAtOnce * this.#rowBytes);
    for (let first = 0; first < this.#rows; first += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, this.#rows - first);
      await this.#file.read(some, 0, count * this.#rowBytes, this.#rowOffset(first));
      for (let i = 0; i < count; i++) {
        const key = Number(some.readBigUInt64LE(i * this.#rowBytes + this.#keyOffset));
        if (!kept.has(key)) ranges.push(this.#vectorRange(first + i));
      }
    }
    return ranges;
  }

  async #firstRowFrom(key: ImageKey, from: number): Promise<number> {
    let [low, high] = [from, this.#rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((await this.#keyOf(middle)) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #keyOf(row: number): Promise<ImageKey> {
    const bytes = Buffer.alloc(KEY_BYTES);
    await this.#file.read(bytes, 0, KEY_BYTES, this.#rowOffset(row) + this.#keyOffset);
    return Number(bytes.readBigUInt64LE());
  }

  #vectorRange(row: number): ByteRange {
    return { start: this.#rowOffset(row) + this.#vectorOffset, length: this.#keyOffset - this.#vectorOffset };
  }

  #rowOffset(row: number): number {
    return HEADER_BYTES + row * this.#rowBytes;
  }
}
