/** More in one directory, or values of one field, are damage. */
const MAX_FIELDS = 4096;

/** Shorts, longs, rationals, and offsets of directories; all others are taken for bytes. */
const BYTES_OF_TYPE: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 8, 13: 4 };

/** Of a plain TIFF, or of a BigTIFF, whose offsets have eight bytes. Its methods throw RangeError past the end. */
export class TiffReader {
  readonly firstDirectory: number;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  readonly #isBig: boolean;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittle = bytes[0] === 0x49;
    this.#isBig = this.#view.getUint16(2, this.#isLittle) === 43;
    this.firstDirectory = this.#offset(this.#isBig ? 8 : 4);
  }

  /** Where each field of a directory is, by its tag. */
  fields(directory: number): Map<number, number> {
    const [first, bytes] = this.#isBig ? [directory + 8, 20] : [directory + 2, 12];
    const count = Math.min(this.#countOfFields(directory), MAX_FIELDS);
    return new Map(
      Array.from({ length: count }, (_, index) => {
        const at = first + bytes * index;
        return [this.#view.getUint16(at, this.#isLittle), at];
      }),
    );
  }

  nextDirectory(directory: number): number {
    const fields = this.#countOfFields(directory);
    return this.#offset(directory + (this.#isBig ? 8 + 20 * fields : 2 + 12 * fields));
  }

  /** The values of a field of 16-bit numbers, or the low halves of few longer ones. */
  shorts(field: number | undefined): number[] {
    if (field === undefined) return [];
    const inPlace = this.#isBig ? 8 : 4;
    const isLong = this.#view.getUint16(field + 2, this.#isLittle) !== 3;
    const count = Math.min(this.#offset(field + 4), MAX_FIELDS);
    const value = field + (this.#isBig ? 12 : 8);
    if (isLong) return [this.#view.getUint32(value, this.#isLittle) & 0xffff];
    const from = 2 * count <= inPlace ? value : this.#offset(value);
    return Array.from({ length: count }, (_, index) =>
      this.#view.getUint16(from + 2 * index, this.#isLittle),
    );
  }

  /** The values of a field of 16- or 32-bit numbers, or of offsets. */
  numbers(field: number | undefined): number[] {
    if (field === undefined) return [];
    const isShort = this.#view.getUint16(field + 2, this.#isLittle) === 3;
    if (isShort) return this.shorts(field);
    const { offset, length } = this.content(field);
    const count = Math.min(this.#isBig && length > 8 ? 0 : length / 4, MAX_FIELDS);
    return Array.from({ length: Math.floor(count) }, (_, index) =>
      this.#view.getUint32(offset + 4 * index, this.#isLittle),
    );
  }

  /** Where the bytes of a field's values are. */
  content(field: number): { readonly offset: number; readonly length: number } {
    const type = this.#view.getUint16(field + 2, this.#isLittle);
    const length = this.#offset(field + 4) * (BYTES_OF_TYPE[type] ?? 1);
    const value = field + (this.#isBig ? 12 : 8);
    return { offset: length <= (this.#isBig ? 8 : 4) ? value : this.#offset(value), length };
  }

  #countOfFields(directory: number): number {
    return this.#isBig ? this.#offset(directory) : this.#view.getUint16(directory, this.#isLittle);
  }

  #offset(at: number): number {
    return this.#isBig
      ? Number(this.#view.getBigUint64(at, this.#isLittle))
      : this.#view.getUint32(at, this.#isLittle);
  }
}
