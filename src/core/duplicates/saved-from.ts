import { COUNTED_COEFFICIENTS, COUNTED_SIZES } from "../image/formats/block-coefficients.ts";
import type { ImageFormat, ImageRecord } from "../types.ts";

const LOSSLESS_FORMATS: ReadonlySet<ImageFormat> = new Set(["png", "bmp", "tiff"]);

/** Whether its file keeps every pixel as it is. */
export const isLossless = ({ format, quality }: ImageRecord): boolean =>
  LOSSLESS_FORMATS.has(format) || (quality?.isLossless ?? false);

/** From this many times a file's own step, a step of another file shows in its coefficients. */
const COARSER = 1.15;
/** Of the steps compared, so many have to be coarser. */
const MIN_COARSER = 5;
/** Steps below drown in the rounding of pixels. */
const MIN_STEP = 2;
/** Coefficients of which an answer is more than chance. */
const MIN_COUNTED = 100;
/**
 * How closely coefficients keep to multiples of the steps of another file, -1..1, if they come from it. Measured on 30
 * photos of quality 85: saved again at 90 at least 0.19 (median 0.37), at 95 0.43, as PNG 0.57; of other pictures at most 0.16.
 */
const KEPT = 0.18;
/**
 * Services of the web, and programs by default, save at about 75. A picture that went through one keeps to such steps whether it
 * was saved from this source or not: beside a source of that kind only much finer steps of its own tell.
 */
const COMMON_QUALITY = 78;
const MUCH_FINER = 0.45;
/** Sizes that are missing say something where so many were to be expected, and no more than this share of them is there. */
const MIN_EXPECTED = 100;
/**
 * Measured on 64 photos of quality 82, saved again at 85: 0.1 to 0.57; where blocks lie otherwise, 0.88 to 1.16. On 31 others, from
 * 80, 85 to 85, 90, 92 all were told, brighter ones too, of darker ones 79 of 93; of 775 questions about other pictures 2 had a wrong answer.
 */
const MISSING = 0.65;
/** A step of fewer levels cannot be told from the rounding of pixels. */
const MIN_OWN_STEP = 3;
/** Where a coefficient of blocks comes to lie when the picture is turned by a quarter. */
const TURNED = [1, 0, 4, 3, 2, 8, 7, 6, 5];
/** Of how many times the contrast these hold, steps of a file with another contrast are compared. */
const GAINS = [0.97, 0.98, 0.99, 1, 1.01, 1.02, 1.03];

/** Of many images those that differ in size or table, by size, turned or not: as sources one of each is enough. */
export class Sources {
  readonly #bySize = new Map<string, Map<string, ImageRecord>>();

  constructor(images: readonly ImageRecord[]) {
    for (const image of images) {
      const { quality } = image;
      if (quality?.jpegQuality == null) continue;
      const tables = this.#bySize.get(sizeOf(image)) ?? new Map<string, ImageRecord>();
      this.#bySize.set(sizeOf(image), tables);
      tables.set(`${quality.jpegQuality} ${quality.jpegSteps?.join() ?? image.id}`, image);
    }
  }

  /** Those that the pixels of an image could come from. */
  of(copy: ImageRecord): ImageRecord[] {
    const tables = this.#bySize.get(sizeOf(copy)) ?? new Map<string, ImageRecord>();
    return [...tables.values()].filter((source) => mayShowSource(copy, source));
  }
}

const sizeOf = ({ width, height }: ImageRecord) => `${Math.min(width, height)}x${Math.max(width, height)}`;

/** Whether a file could show that its pixels came from another one: saved more finely, at the same size, turned or not. */
function mayShowSource(copy: ImageRecord, source: ImageRecord): boolean {
  if (sizeOf(copy) !== sizeOf(source)) return false;
  const quality = source.quality?.jpegQuality ?? null;
  if (quality === null) return false;
  return isLossless(copy) || (copy.quality?.jpegQuality ?? 0) > quality;
}

/**
 * Whether the pixels of a file are those of another one, saved again more finely, mirrored and turned too where its blocks lie on
 * those of the other: its coefficients then keep to multiples of the coarser steps of the other's table, or miss the sizes
 * that no multiple comes near. Undefined where that is not known.
 * @param gain how many times the contrast of the source it has
 */
export function isSavedFrom(copy: ImageRecord, source: ImageRecord, gain = 1): boolean | undefined {
  if (!mayShowSource(copy, source)) return false;
  const [counts, steps] = [copy.quality?.coefficients, source.quality?.jpegSteps];
  if (!counts || !steps) return undefined;
  const own = copy.quality?.jpegSteps ?? new Uint8Array(COUNTED_COEFFICIENTS).fill(1);
  const isCommon = (source.quality?.jpegQuality ?? 0) <= COMMON_QUALITY;
  if (isCommon && sumOf(own) > MUCH_FINER * sumOf(steps)) return false;
  const gains = gain === 1 ? [1] : GAINS.map((near) => near * gain);
  return stepsInCopy(copy, source, steps).some((each) =>
    gains.some((near) => kept(counts, own, each, near) >= KEPT || missesSizes(counts, own, each, near)),
  );
}

/** The steps of the source as they lie in the copy: which was turned by a quarter if its sides say so, or may have been. */
function stepsInCopy(copy: ImageRecord, source: ImageRecord, steps: Uint8Array): Uint8Array[] {
  const turned = Uint8Array.from(TURNED, (nth) => steps[nth] ?? 0);
  if (copy.width !== source.width) return [turned];
  return copy.width === copy.height ? [steps, turned] : [steps];
}

/**
 * Whether sizes are missing that no multiple of the source's steps comes near when it is rounded to the file's own, beside what
 * the sizes about them let expect.
 */
function missesSizes(counts: Uint8Array, own: Uint8Array, steps: Uint8Array, gain: number): boolean {
  let [found, expected] = [0, 0];
  for (let nth = 0; nth < COUNTED_COEFFICIENTS; nth++) {
    const [fine, coarse] = [own[nth] ?? 0, gain * (steps[nth] ?? 0)];
    if (fine < MIN_OWN_STEP || coarse <= fine) continue;
    const sizes = multiplesOf(counts.subarray(nth * COUNTED_SIZES, (nth + 1) * COUNTED_SIZES), fine);
    const isReached = reachedSizes(fine, coarse, sizes.length);
    // The smallest ones are so frequent that their counts are cut off.
    for (let size = 2; size + 1 < sizes.length; size++) {
      if (isReached[size] || !isReached[size - 1] || !isReached[size + 1]) continue;
      found += sizes[size] ?? 0;
      expected += Math.sqrt((sizes[size - 1] ?? 0) * (sizes[size + 1] ?? 0));
    }
  }
  return expected >= MIN_EXPECTED && found < MISSING * expected;
}

/** How many lie about each multiple of the step. */
function multiplesOf(counts: Uint8Array, step: number): number[] {
  const near = Math.floor((step - 1) / 2);
  const sums: number[] = [];
  for (let middle = 0; middle + near < counts.length; middle += step)
    sums.push(
      counts.subarray(Math.max(0, middle - near), middle + near + 1).reduce((sum, count) => sum + count, 0),
    );
  return sums;
}

/** Which multiples of the finer step the multiples of the coarser one are rounded to; to both where they lie between two. */
function reachedSizes(fine: number, coarse: number, sizes: number): boolean[] {
  const isReached = Array.from({ length: sizes + 1 }, () => false);
  for (let at = 0; at <= sizes * fine; at += coarse) {
    isReached[Math.floor(at / fine + 0.5 - HALFWAY)] = true;
    isReached[Math.floor(at / fine + 0.5 + HALFWAY)] = true;
  }
  return isReached;
}

const HALFWAY = 0.1;

const sumOf = (steps: Uint8Array) => steps.reduce((sum, step) => sum + step, 0);

function kept(counts: Uint8Array, own: Uint8Array, steps: Uint8Array, gain: number): number {
  let [sum, counted, coarser] = [0, 0, 0];
  for (let nth = 0; nth < COUNTED_COEFFICIENTS; nth++) {
    const step = gain * (steps[nth] ?? 0);
    if (step < MIN_STEP || step < COARSER * (own[nth] ?? 1)) continue;
    coarser += 1;
    // Those about zero keep to any step.
    for (let size = Math.ceil(step / 2); size < COUNTED_SIZES; size++) {
      const count = counts[nth * COUNTED_SIZES + size] ?? 0;
      sum += count * Math.cos((2 * Math.PI * size) / step);
      counted += count;
    }
  }
  return coarser >= MIN_COARSER && counted >= MIN_COUNTED ? sum / counted : 0;
}
