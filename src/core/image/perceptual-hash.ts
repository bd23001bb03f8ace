import { contentWindow } from "./content-window.ts";
import { GreySums, type Window } from "./grey-sums.ts";
import {
  bitOrder,
  distanceUpTo,
  frequencies,
  hashBits,
  hashBytes,
  hashWords,
  packed,
  symmetries,
  type Transform,
  variantsOfHash,
} from "./hash-bits.ts";
import type { RawPicture } from "./raw-picture.ts";

export { hashBits, hashBytes, type Transform } from "./hash-bits.ts";

/**
 * What of a picture is hashed, in this order: all of it, what a plain frame encloses, and what cropping a
 * tenth would leave. A cropped copy is found because its whole equals a window of the original.
 */
export const hashWindows = [
  "whole",
  "content",
  "centre 90 %",
  "centre 80 %",
  "without left",
  "without right",
  "without top",
  "without bottom",
  "without left and top",
  "without right and top",
  "without left and bottom",
  "without right and bottom",
] as const;

const contentAt = hashWindows.indexOf("content");

/** Shares cut off: left, top, right, bottom. */
const cuts: readonly (readonly [number, number, number, number])[] = [
  [0.05, 0.05, 0.05, 0.05],
  [0.1, 0.1, 0.1, 0.1],
  [0.1, 0, 0, 0],
  [0, 0, 0.1, 0],
  [0, 0.1, 0, 0],
  [0, 0, 0, 0.1],
  [0.1, 0.1, 0, 0],
  [0, 0.1, 0.1, 0],
  [0.1, 0, 0, 0.1],
  [0, 0, 0.1, 0.1],
];

const version = 1;
/** Version and flags, then one hash per window. */
const headerBytes = 2;
const flatFlag = 1;

export const fingerprintBytes = headerBytes + hashWindows.length * hashBytes;

/** Cells per side of the grey square that the cosine transform sees. */
const cellsPerSide = 32;
/** Coefficients this near zero carry no sign: a symmetric drawing would hash to its compression noise. */
const signless = 16;
/** Mean absolute coefficient per cell under which a picture shows nothing to recognise it by. */
const flatBelow = 0.5;

/** Cosine of every frequency at every cell, frequency by frequency. */
const waves = Float64Array.from({ length: frequencies * cellsPerSide }, (_, index) => {
  const [frequency, cell] = [Math.floor(index / cellsPerSide), index % cellsPerSide];
  return Math.cos(((2 * cell + 1) * frequency * Math.PI) / (2 * cellsPerSide));
});

/**
 * Perceptual hashes of a picture and its windows: signs of the lowest cosine coefficients of its grey
 * square. `fingerprintBytes` long; about 256 pixels on the longer side are enough and fastest.
 */
export function fingerprintOf(picture: RawPicture): Uint8Array {
  const sums = new GreySums(picture);
  const fingerprint = new Uint8Array(fingerprintBytes);
  fingerprint[0] = version;
  windowsOf(picture).forEach((window, index) => {
    const spectrum = spectrumOf(sums.cells(window, cellsPerSide));
    if (index === 0 && isFlat(spectrum)) fingerprint[1] = flatFlag;
    const hash = packed((bit) => (spectrum[bit] ?? 0) > signless);
    for (let byte = 0; byte < hashBytes; byte++) {
      fingerprint[headerBytes + index * hashBytes + byte] = (hash[byte >> 2] ?? 0) >>> ((byte & 3) * 8);
    }
  });
  return fingerprint;
}

function windowsOf(picture: RawPicture): Window[] {
  const { width, height } = picture;
  const cropped = cuts.map(([left, top, right, bottom]) => ({
    left: width * left,
    top: height * top,
    width: width * (1 - left - right),
    height: height * (1 - top - bottom),
  }));
  return [{ left: 0, top: 0, width, height }, contentWindow(picture), ...cropped];
}

/** Cosine coefficients in the order of the hash bits. */
function spectrumOf(cells: Float64Array): Float64Array {
  const across = new Float64Array(frequencies * cellsPerSide);
  for (let u = 0; u < frequencies; u++) {
    for (let row = 0; row < cellsPerSide; row++) across[u * cellsPerSide + row] = waveDot(u, cells, row);
  }
  return Float64Array.from(bitOrder, ({ u, v }) => waveDot(v, across, u));
}

function waveDot(frequency: number, values: Float64Array, line: number): number {
  let sum = 0;
  for (let cell = 0; cell < cellsPerSide; cell++) {
    sum += (waves[frequency * cellsPerSide + cell] ?? 0) * (values[line * cellsPerSide + cell] ?? 0);
  }
  return sum;
}

function isFlat(spectrum: Float64Array): boolean {
  const energy = spectrum.reduce((sum, coefficient) => sum + Math.abs(coefficient), 0);
  return energy / (cellsPerSide * cellsPerSide) < flatBelow;
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
}

export interface HashVariant {
  readonly transform: Transform;
  readonly whole: Uint32Array;
  readonly content: Uint32Array;
}

/** Unpacks stored bytes. Fingerprints of another version are comparable with nothing. */
export function readyFingerprint(fingerprint: Uint8Array): ReadyFingerprint {
  const known = fingerprint.length === fingerprintBytes && fingerprint[0] === version;
  const windows = hashWindows.map((_, index) => hashAt(fingerprint, headerBytes + index * hashBytes));
  let variants: HashVariant[] | undefined;
  let turned: Uint32Array | undefined;
  return {
    comparable: known && fingerprint[1] !== flatFlag,
    windows,
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

function hashAt(fingerprint: Uint8Array, offset: number): Uint32Array {
  const words = new Uint32Array(hashWords);
  for (let byte = 0; byte < hashBytes; byte++) {
    words[byte >> 2] = (words[byte >> 2] ?? 0) | ((fingerprint[offset + byte] ?? 0) << ((byte & 3) * 8));
  }
  return words;
}

function turnedWindowsOf(windows: readonly Uint32Array[]): Uint32Array {
  const turned = new Uint32Array(symmetries.length * windows.length * hashWords);
  windows.forEach((window, at) => {
    variantsOfHash(window).forEach((hash, transform) => {
      turned.set(hash, (transform * windows.length + at) * hashWords);
    });
  });
  return turned;
}

/** The picture's whole and content as each mirroring and rotation of it would hash. */
function variantsOf([whole, content]: readonly Uint32Array[]): HashVariant[] {
  const wholes = variantsOfHash(whole ?? new Uint32Array(hashWords));
  const contents = variantsOfHash(content ?? new Uint32Array(hashWords));
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
  const whole = b.windows[0];
  if (!a.comparable || !b.comparable || !whole) return nothingAlike;
  const turned = a.turnedWindows;
  let distance = hashBits;
  let closest = -1;
  for (let row = 0; row < symmetries.length * hashWindows.length; row++) {
    const at = row * hashWords;
    const window = row % hashWindows.length;
    const theirs = b.windows[window] ?? whole;
    const wholeAt = at - window * hashWords;
    let nearest = distanceUpTo(turned, wholeAt, theirs, distance);
    nearest = Math.min(nearest, distanceUpTo(turned, at, whole, distance));
    if (window === contentAt) nearest = Math.min(nearest, distanceUpTo(turned, at, theirs, distance));
    if (nearest >= distance) continue;
    distance = nearest;
    closest = row;
  }
  const transform = symmetries[Math.floor(closest / hashWindows.length)]?.transform;
  const window = hashWindows[closest % hashWindows.length];
  return transform && window ? { distance, transform, window } : nothingAlike;
}

/** As `compareFingerprints`, on stored bytes. */
export function fingerprintDistance(a: Uint8Array, b: Uint8Array): FingerprintMatch {
  return compareFingerprints(readyFingerprint(a), readyFingerprint(b));
}
