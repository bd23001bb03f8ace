import type { RawPicture } from "../raw-picture.ts";
import { SummedAreaTable } from "../summed-area-table.ts";
import { CosineTransform } from "./cosine-transform.ts";
import {
  COARSE_HASH,
  DETAIL_HASH,
  HASH_BITS,
  HASH_BYTES,
  HASH_WORDS,
  hammingDistance,
  hammingDistanceBelow,
  packHash,
  type SignHash,
  SYMMETRIES,
  type Transform,
  transformedHashes,
} from "./hash-bits.ts";
import { HASH_WINDOWS, hashWindows } from "./hash-windows.ts";

export { HASH_BITS, type Transform } from "./hash-bits.ts";
export { HASH_WINDOWS } from "./hash-windows.ts";

const CONTENT = HASH_WINDOWS.indexOf("content");

const VERSION = 2;
/** Version and flags, then one coarse hash per window, then the whole's detail hash. */
const HEADER_BYTES = 2;
const FLAT = 1;
const DETAIL_OFFSET = HEADER_BYTES + HASH_WINDOWS.length * HASH_BYTES;
const DETAIL_BYTES = Math.ceil(DETAIL_HASH.order.length / 8);

export const FINGERPRINT_BYTES = DETAIL_OFFSET + DETAIL_BYTES;

/** Cells per side of the grey squares that the cosine transforms see. */
const COARSE_CELLS = 32;
const DETAIL_CELLS = 64;
/** Coefficients up to this count as zero: a symmetric drawing would hash to its compression noise. */
const MIN_COEFFICIENT = 16;
/** Mean absolute coefficient per cell under which a picture shows nothing to recognise it by. */
const MIN_ENERGY = 0.5;

const coarseTransform = new CosineTransform(COARSE_CELLS, COARSE_HASH);
const detailTransform = new CosineTransform(DETAIL_CELLS, DETAIL_HASH);

/**
 * Perceptual hashes of a picture and its windows: signs of cosine coefficients of its grey square.
 * `FINGERPRINT_BYTES` long; about 256 pixels on the longer side are enough and fastest.
 */
export function computeFingerprint(picture: RawPicture): Uint8Array {
  const table = new SummedAreaTable(picture);
  const windows = hashWindows(picture);
  const spectra = windows.map((window) =>
    coarseTransform.coefficients(table.cellMeans(window, COARSE_CELLS)),
  );
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const detail = detailTransform.coefficients(table.cellMeans(whole, DETAIL_CELLS));
  const fingerprint = new Uint8Array(FINGERPRINT_BYTES);
  fingerprint[0] = VERSION;
  fingerprint[1] = isFlat(spectra[0] ?? new Float64Array()) ? FLAT : 0;
  spectra.forEach((spectrum, index) => {
    writeHash(fingerprint, HEADER_BYTES + index * HASH_BYTES, signsOf(COARSE_HASH, spectrum));
  });
  writeHash(fingerprint, DETAIL_OFFSET, signsOf(DETAIL_HASH, detail));
  return fingerprint;
}

function signsOf(kind: SignHash, spectrum: Float64Array): Uint32Array {
  return packHash(kind, (bit) => (spectrum[bit] ?? 0) > MIN_COEFFICIENT);
}

/** The bytes of a hash's last word that have no bits are overwritten by what follows it. */
function writeHash(fingerprint: Uint8Array, at: number, hash: Uint32Array): void {
  const bytes = Math.min(hash.length * 4, fingerprint.length - at);
  for (let byte = 0; byte < bytes; byte++) {
    fingerprint[at + byte] = (hash[byte >> 2] ?? 0) >>> ((byte & 3) * 8);
  }
}

function isFlat(spectrum: Float64Array): boolean {
  const energy = spectrum.reduce((sum, coefficient) => sum + Math.abs(coefficient), 0);
  return energy / (COARSE_CELLS * COARSE_CELLS) < MIN_ENERGY;
}

/** A fingerprint unpacked for many comparisons; what only some of them need is computed on first use. */
export interface PreparedFingerprint {
  /** False for a picture that shows nothing (one colour): it is like no other. */
  readonly comparable: boolean;
  /** One hash per entry of `HASH_WINDOWS`. */
  readonly windows: readonly Uint32Array[];
  /** The whole and the content, as mirroring and rotating would make them, one per transform. */
  readonly variants: readonly HashVariant[];
  /** Every window under every transform, one after the other: transform, then window, then words. */
  readonly transformedWindows: Uint32Array;
  /** `windows`, one after the other in one array. */
  readonly contiguousWindows: Uint32Array;
  /** Detail hash of the whole. */
  readonly detail: Uint32Array;
  /** `detail` as mirroring and rotating would make it, one per transform. */
  readonly transformedDetails: readonly Uint32Array[];
}

export interface HashVariant {
  readonly transform: Transform;
  readonly whole: Uint32Array;
  readonly content: Uint32Array;
}

/** Unpacks stored bytes. Fingerprints of another version are comparable with nothing. */
export function prepareFingerprint(fingerprint: Uint8Array): PreparedFingerprint {
  const isCurrent = fingerprint.length === FINGERPRINT_BYTES && fingerprint[0] === VERSION;
  const windows = HASH_WINDOWS.map((_, index) =>
    readHash(fingerprint, HEADER_BYTES + index * HASH_BYTES, HASH_BYTES),
  );
  let variants: HashVariant[] | undefined;
  const detail = readHash(fingerprint, DETAIL_OFFSET, DETAIL_BYTES);
  let transformed: Uint32Array | undefined;
  let transformedDetails: Uint32Array[] | undefined;
  return {
    comparable: isCurrent && fingerprint[1] !== FLAT,
    windows,
    contiguousWindows: contiguous(windows),
    detail,
    get transformedDetails() {
      transformedDetails ??= transformedHashes(DETAIL_HASH, detail);
      return transformedDetails;
    },
    get variants() {
      variants ??= variantsOf(windows);
      return variants;
    },
    get transformedWindows() {
      transformed ??= transformWindows(windows);
      return transformed;
    },
  };
}

function readHash(fingerprint: Uint8Array, offset: number, bytes: number): Uint32Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let byte = 0; byte < bytes; byte++) {
    words[byte >> 2] = (words[byte >> 2] ?? 0) | ((fingerprint[offset + byte] ?? 0) << ((byte & 3) * 8));
  }
  return words;
}

function contiguous(hashes: readonly Uint32Array[]): Uint32Array {
  const words = new Uint32Array(hashes.length * HASH_WORDS);
  for (const [at, hash] of hashes.entries()) words.set(hash, at * HASH_WORDS);
  return words;
}

/** One of hashes stored contiguously. */
export function hashWordsAt(hashes: Uint32Array, index: number): Uint32Array {
  return hashes.subarray(index * HASH_WORDS, (index + 1) * HASH_WORDS);
}

/** A window's hash as it is stored in a fingerprint. */
export const unpackHash = (bytes: Uint8Array): Uint32Array => readHash(bytes, 0, HASH_BYTES);

function transformWindows(windows: readonly Uint32Array[]): Uint32Array {
  const transformed = new Uint32Array(SYMMETRIES.length * windows.length * HASH_WORDS);
  windows.forEach((window, at) => {
    transformedHashes(COARSE_HASH, window).forEach((hash, transform) => {
      transformed.set(hash, (transform * windows.length + at) * HASH_WORDS);
    });
  });
  return transformed;
}

/** The picture's whole and content as each mirroring and rotation of it would hash. */
function variantsOf([whole, content]: readonly Uint32Array[]): HashVariant[] {
  const wholes = transformedHashes(COARSE_HASH, whole ?? new Uint32Array(HASH_WORDS));
  const contents = transformedHashes(COARSE_HASH, content ?? new Uint32Array(HASH_WORDS));
  return SYMMETRIES.flatMap(({ transform }, index) => {
    const [ofWhole, ofContent] = [wholes[index], contents[index]];
    return ofWhole && ofContent ? [{ transform, whole: ofWhole, content: ofContent }] : [];
  });
}

export interface FingerprintMatch {
  /** Differing bits of the closest pair of windows, 0..`HASH_BITS`. */
  readonly distance: number;
  /** What makes the second picture of the first. */
  readonly transform: Transform;
  /** The window that matched: "whole" for a resized or re-saved copy, others for crops and frames. */
  readonly window: (typeof HASH_WINDOWS)[number];
}

const NO_MATCH: FingerprintMatch = { distance: HASH_BITS, transform: "none", window: "whole" };

/**
 * Compares the whole of each with every window of the other, under all mirrorings and rotations. Comparing one
 * with many, put the one first.
 */
export function compareFingerprints(a: PreparedFingerprint, b: PreparedFingerprint): FingerprintMatch {
  if (!a.comparable || !b.comparable) return NO_MATCH;
  const transformed = a.transformedWindows;
  const others = b.contiguousWindows;
  let distance = HASH_BITS;
  let closest = -1;
  for (let row = 0; row < SYMMETRIES.length * HASH_WINDOWS.length; row++) {
    const window = row % HASH_WINDOWS.length;
    let nearest = hammingDistanceBelow(transformed, row, others, 0, distance);
    nearest = hammingDistanceBelow(transformed, row - window, others, window, nearest);
    if (window === CONTENT) nearest = hammingDistanceBelow(transformed, row, others, window, nearest);
    if (nearest >= distance) continue;
    distance = nearest;
    closest = row;
  }
  const transform = SYMMETRIES[Math.floor(closest / HASH_WINDOWS.length)]?.transform;
  const window = HASH_WINDOWS[closest % HASH_WINDOWS.length];
  return transform && window ? { distance, transform, window } : NO_MATCH;
}

/**
 * Share of fine detail in which two pictures of one layout differ, 0..1; for matches of the window "whole".
 * Measured: re-saved, resized, brightened copies up to 0.15, with a watermark up to 0.25, other pages of text
 * in the same layout from 0.3 on, anything else about 0.5. Crops of a few per cent differ in most detail too.
 */
export function detailDifference(
  a: PreparedFingerprint,
  b: PreparedFingerprint,
  transform: Transform,
): number {
  const index = SYMMETRIES.findIndex((symmetry) => symmetry.transform === transform);
  const transformed = a.transformedDetails[index] ?? a.detail;
  const bits = DETAIL_HASH.order.length;
  return hammingDistance(transformed, 0, b.detail, bits) / bits;
}

/** As `compareFingerprints`, on stored bytes. */
export function compareStoredFingerprints(a: Uint8Array, b: Uint8Array): FingerprintMatch {
  return compareFingerprints(prepareFingerprint(a), prepareFingerprint(b));
}
