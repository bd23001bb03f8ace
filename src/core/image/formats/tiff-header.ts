/** What the decoder does not tell of a TIFF. */
export interface TiffHeader {
  /** Whether 0 is white on the first page. */
  readonly whiteIsZero: boolean;
  /** Pages at full size; reduced copies of a page count for nothing. */
  readonly pages: number;
  /** What the first page keeps beside its colours: only some of that is opacity. */
  readonly extraSamples: readonly number[];
}

/** TIFF 6.0, field ExtraSamples: of what the value is not said; masks of editors are kept so. */
export const UNSPECIFIED_SAMPLE = 0;

const SUBFILE_TYPE = 254;
const REDUCED_RESOLUTION = 1;
const PHOTOMETRIC_INTERPRETATION = 262;
const WHITE_IS_ZERO = 0;
const EXTRA_SAMPLES = 338;
/** More are damage, or a chain of directories that bites its own tail. */
const MAX_DIRECTORIES = 10_000;
const MAX_FIELDS = 4096;

/** Undefined where its directories cannot be read; the decoder has the last word on damage. */
export function readTiffHeader(bytes: Uint8Array): TiffHeader | undefined {
  try {
    const tiff = new TiffReader(bytes);
    let pages = 0;
    let first: Omit<TiffHeader, "pages"> = { whiteIsZero: false, extraSamples: [] };
    let directory = tiff.firstDirectory;
    for (let index = 0; directory !== 0 && index < MAX_DIRECTORIES; index++) {
      const fields = tiff.fields(directory);
      const subfile = tiff.shorts(fields.get(SUBFILE_TYPE))[0] ?? 0;
      if (index === 0)
        first = {
          whiteIsZero: tiff.shorts(fields.get(PHOTOMETRIC_INTERPRETATION))[0] === WHITE_IS_ZERO,
          extraSamples: tiff.shorts(fields.get(EXTRA_SAMPLES)),
        };
      if (index === 0 || (subfile & REDUCED_RESOLUTION) === 0) pages += 1;
      directory = tiff.nextDirectory(directory);
    }
    return { ...first, pages };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Of a plain TIFF, or of a BigTIFF, whose offsets have eight bytes. Its methods throw RangeError past the end. */
class TiffReader {
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

  #countOfFields(directory: number): number {
    return this.#isBig ? this.#offset(directory) : this.#view.getUint16(directory, this.#isLittle);
  }

  #offset(at: number): number {
    return this.#isBig
      ? Number(this.#view.getBigUint64(at, this.#isLittle))
      : this.#view.getUint32(at, this.#isLittle);
  }
}
