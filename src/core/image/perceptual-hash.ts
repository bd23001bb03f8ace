import { CosineSpectrum } from "./cosine-spectrum.ts";
import { GreySums } from "./grey-sums.ts";
import {
  coarseHash,
  detailHash,
  distanceUnder,
  distanceUpTo,
  hashBits,
  hashBytes,
  hashWords,
  packed,
  type SignHash,
  symmetries,
  type Transform,
  variantsOfHash,
} from "./hash-bits.ts";
import { hashWindows, windowsOf } from "./hash-windows.ts";
import type { RawPicture } from "./raw-picture.ts";

export { hashBits, type Transform } from "./hash-bits.ts";
export { hashWindows } from "./hash-windows.ts";

const contentAt = hashWindows.indexOf("content");

const version = 2;
/** Version and flags, then one coarse hash per window, then the whole's detail hash. */
const headerBytes = 2;
const flatFlag = 1;
const detailAt = headerBytes + hashWindows.length * hashBytes;
const detailBytes = Math.ceil(detailHash.order.length / 8);

export const fingerprintBytes = detailAt + detailBytes;

/** Cells per side of the grey squares that the cosine transforms see. */
const coarseCells = 32;
const detailCells = 64;
/** Coefficients this near zero carry no sign: a symmetric drawing would hash to its compression noise. */
const signless = 16;
/** Mean absolute coefficient per cell under which a picture shows nothing to recognise it by. */
const flatBelow = 0.5;

const coarseSpectrum = new CosineSpectrum(coarseCells, coarseHash);
const detailSpectrum = new CosineSpectrum(detailCells, detailHash);

/**
 * Perceptual hashes of a picture and its windows: signs of cosine coefficients of its grey square.
 * `fingerprintBytes` long; about 256 pixels on the longer side are enough and fastest.
 */
export function fingerprintOf(picture: RawPicture): Uint8Array {
  const sums = new GreySums(picture);
  const windows = windowsOf(picture);
  const spectra = windows.map((window) => coarseSpectrum.of(sums.cells(window, coarseCells)));
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const detail = detailSpectrum.of(sums.cells(whole, detailCells));
  const fingerprint = new Uint8Array(fingerprintBytes);
  fingerprint[0] = version;
  fingerprint[1] = isFlat(spectra[0] ?? new Float64Array()) ? flatFlag : 0;
  spectra.forEach((spectrum, index) => {
    putHash(fingerprint, headerBytes + index * hashBytes, signsOf(coarseHash, spectrum));
  });
  putHash(fingerprint, detailAt, signsOf(detailHash, detail));
  return fingerprint;
}

function signsOf(kind: SignHash, spectrum: Float64Array): Uint32Array {
  return packed(kind, (bit) => (spectrum[bit] ?? 0) > signless);
}

/** The bytes of a hash's last word that have no bits are overwritten by what follows it. */
function putHash(fingerprint: Uint8Array, at: number, hash: Uint32Array): void {
  const bytes = Math.min(hash.length * 4, fingerprint.length - at);
  for (let byte = 0; byte < bytes; byte++) {
    fingerprint[at + byte] = (hash[byte >> 2] ?? 0) >>> ((byte & 3) * 8);
  }
}

function isFlat(spectrum: Float64Array): boolean {
  const energy = spectrum.reduce((sum, coefficient) => sum + Math.abs(coefficient), 0);
  return energy / (coarseCells * coarseCells) < flatBelow;
}

/** A fingerprint made ready for many comparisons; what only some of them need is worked out on first use. */
export interface ReadyFingerprint {
  /** False for a picture that shows nothing (one colour): it is like no other. */
  readonly comparable: boolean;
  /** One hash per entry of `hashWindows`. */
  readonly windows: readonly Uint32Array[];
  /** The whole and the content, as mirroring and rotating would make them, one per transform. */
  readonly variants: readonly HashVariant[];
  /** Every window under every transform, one after the other: transform, then window, then words. */
  readonly turnedWindows: Uint32Array;
  /** Those side by side. */
  readonly windowsInRow: Uint32Array;
  /** Of the whole. */
  readonly detail: Uint32Array;
  /** That as mirroring and rotating would make it, one per transform. */
  readonly turnedDetails: readonly Uint32Array[];
}

export interface HashVariant {
  readonly transform: Transform;
  readonly whole: Uint32Array;
  readonly content: Uint32Array;
}

/** Unpacks stored bytes. Fingerprints of another version are comparable with nothing. */
export function readyFingerprint(fingerprint: Uint8Array): ReadyFingerprint {
  const known = fingerprint.length === fingerprintBytes && fingerprint[0] === version;
  const windows = hashWindows.map((_, index) =>
    hashAt(fingerprint, headerBytes + index * hashBytes, hashBytes),
  );
  let variants: HashVariant[] | undefined;
  const detail = hashAt(fingerprint, detailAt, detailBytes);
  let turned: Uint32Array | undefined;
  let turnedDetails: Uint32Array[] | undefined;
  return {
    comparable: known && fingerprint[1] !== flatFlag,
    windows,
    windowsInRow: inRow(windows),
    detail,
    get turnedDetails() {
      turnedDetails ??= variantsOfHash(detailHash, detail);
      return turnedDetails;
    },
    get variants() {
      variants ??= variantsOf(windows);
      return variants;
    },
    get turnedWindows() {
      turned ??= turnedWindowsOf(windows);
      return turned;
    },
  };
}

function hashAt(fingerprint: Uint8Array, offset: number, bytes: number): Uint32Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let byte = 0; byte < bytes; byte++) {
    words[byte >> 2] = (words[byte >> 2] ?? 0) | ((fingerprint[offset + byte] ?? 0) << ((byte & 3) * 8));
  }
  return words;
}

function inRow(hashes: readonly Uint32Array[]): Uint32Array {
  const row = new Uint32Array(hashes.length * hashWords);
  for (const [at, hash] of hashes.entries()) row.set(hash, at * hashWords);
  return row;
}

/** One of hashes that lie side by side. */
export function hashWordsAt(hashes: Uint32Array, index: number): Uint32Array {
  return hashes.subarray(index * hashWords, (index + 1) * hashWords);
}

/** A window's hash as it is stored in a fingerprint. */
export const storedHash = (bytes: Uint8Array): Uint32Array => hashAt(bytes, 0, hashBytes);

function turnedWindowsOf(windows: readonly Uint32Array[]): Uint32Array {
  const turned = new Uint32Array(symmetries.length * windows.length * hashWords);
  windows.forEach((window, at) => {
    variantsOfHash(coarseHash, window).forEach((hash, transform) => {
      turned.set(hash, (transform * windows.length + at) * hashWords);
    });
  });
  return turned;
}

/** The picture's whole and content as each mirroring and rotation of it would hash. */
function variantsOf([whole, content]: readonly Uint32Array[]): HashVariant[] {
  const wholes = variantsOfHash(coarseHash, whole ?? new Uint32Array(hashWords));
  const contents = variantsOfHash(coarseHash, content ?? new Uint32Array(hashWords));
  return symmetries.flatMap(({ transform }, index) => {
    const [ofWhole, ofContent] = [wholes[index], contents[index]];
    return ofWhole && ofContent ? [{ transform, whole: ofWhole, content: ofContent }] : [];
  });
}

export interface FingerprintMatch {
  /** Differing bits of the closest pair of windows, 0..`hashBits`. */
  readonly distance: number;
  /** What makes the second picture of the first. */
  readonly transform: Transform;
  /** The window that matched: "whole" for a resized or re-saved copy, others for crops and frames. */
  readonly window: (typeof hashWindows)[number];
}

const nothingAlike: FingerprintMatch = { distance: hashBits, transform: "none", window: "whole" };

/**
 * Compares the whole of each with every window of the other, under all mirrorings and rotations. Comparing one
 * with many, put the one first.
 */
export function compareFingerprints(a: ReadyFingerprint, b: ReadyFingerprint): FingerprintMatch {
  if (!a.comparable || !b.comparable) return nothingAlike;
  const turned = a.turnedWindows;
  const theirs = b.windowsInRow;
  let distance = hashBits;
  let closest = -1;
  for (let row = 0; row < symmetries.length * hashWindows.length; row++) {
    const window = row % hashWindows.length;
    let nearest = distanceUnder(turned, row, theirs, 0, distance);
    nearest = distanceUnder(turned, row - window, theirs, window, nearest);
    if (window === contentAt) nearest = distanceUnder(turned, row, theirs, window, nearest);
    if (nearest >= distance) continue;
    distance = nearest;
    closest = row;
  }
  const transform = symmetries[Math.floor(closest / hashWindows.length)]?.transform;
  const window = hashWindows[closest % hashWindows.length];
  return transform && window ? { distance, transform, window } : nothingAlike;
}

/**
 * Share of fine detail in which two pictures of one layout differ, 0..1; for matches of the window "whole".
 * Measured: re-saved, resized, brightened copies up to 0.15, with a watermark up to 0.25, other pages of text
 * in the same layout from 0.3 on, anything else about 0.5. Crops of a few per cent differ in most detail too.
 */
export function detailDifference(a: ReadyFingerprint, b: ReadyFingerprint, transform: Transform): number {
  const index = symmetries.findIndex((symmetry) => symmetry.transform === transform);
  const turned = a.turnedDetails[index] ?? a.detail;
  const bits = detailHash.order.length;
  return distanceUpTo(turned, 0, b.detail, bits) / bits;
}

/** As `compareFingerprints`, on stored bytes. */
export function fingerprintDistance(a: Uint8Array, b: Uint8Array): FingerprintMatch {
  return compareFingerprints(readyFingerprint(a), readyFingerprint(b));
}
