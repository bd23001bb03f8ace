import { TiffReader } from "./tiff-reader.ts";

/** What the decoder does not tell of a TIFF. */
export interface TiffHeader {
  /** The directory of the first page at full size, from 0: some programs put a reduced copy before it. */
  readonly firstPage: number;
  /** Whether 0 is white on that page. */
  readonly whiteIsZero: boolean;
  /** Whether it keeps brightness and colour apart, outside of a JPEG: the decoder takes that for red, green and blue. */
  readonly isPlainYcbcr: boolean;
  /** How it is compressed, where the decoder lacks that: of tiles it then makes black ones without a word. */
  readonly unreadCompression: string | undefined;
  /** Pages at full size; reduced copies of a page count for nothing. */
  readonly pages: number;
  /** What it keeps beside its colours: only some of that is opacity. */
  readonly extraSamples: readonly number[];
}

/** TIFF 6.0, field ExtraSamples: of what the value is not said; masks of editors are kept so. */
export const UNSPECIFIED_SAMPLE = 0;

const SUBFILE_TYPE = 254;
const REDUCED_RESOLUTION = 1;
const PHOTOMETRIC_INTERPRETATION = 262;
const WHITE_IS_ZERO = 0;
const YCBCR = 6;
const COMPRESSION = 259;
const JPEG_COMPRESSION = 7;
const UNREAD_COMPRESSIONS: Readonly<Record<number, string>> = {
  34661: "JBIG",
  34712: "JPEG 2000",
  34887: "LERC",
  34925: "LZMA",
  34933: "PNG",
  50000: "Zstandard",
  50002: "JPEG XL",
  52546: "JPEG XL",
};
const EXTRA_SAMPLES = 338;
/** More are damage, or a chain of directories that bites its own tail. */
const MAX_DIRECTORIES = 10_000;

/** Undefined where its directories cannot be read; the decoder has the last word on damage. */
export function readTiffHeader(bytes: Uint8Array): TiffHeader | undefined {
  try {
    const tiff = new TiffReader(bytes);
    let pages = 0;
    let first: Omit<TiffHeader, "pages"> | undefined;
    let directory = tiff.firstDirectory;
    for (let index = 0; directory !== 0 && index < MAX_DIRECTORIES; index++) {
      const fields = tiff.fields(directory);
      const subfile = tiff.shorts(fields.get(SUBFILE_TYPE))[0] ?? 0;
      const isReduced = (subfile & REDUCED_RESOLUTION) !== 0;
      if (!first || (!isReduced && pages === 0)) {
        const [photometric] = tiff.shorts(fields.get(PHOTOMETRIC_INTERPRETATION));
        const [compression] = tiff.shorts(fields.get(COMPRESSION));
        first = {
          firstPage: index,
          whiteIsZero: photometric === WHITE_IS_ZERO,
          isPlainYcbcr: photometric === YCBCR && compression !== JPEG_COMPRESSION,
          unreadCompression: UNREAD_COMPRESSIONS[compression ?? 0],
          extraSamples: tiff.shorts(fields.get(EXTRA_SAMPLES)),
        };
      }
      if (!isReduced) pages += 1;
      directory = tiff.nextDirectory(directory);
    }
    return first && { ...first, pages: Math.max(1, pages) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
