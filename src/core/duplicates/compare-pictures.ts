import { distanceUpTo } from "../image/hash-bits.ts";
import {
  compareFingerprints,
  type FingerprintMatch,
  hashBits,
  hashWindows,
  type ReadyFingerprint,
} from "../image/perceptual-hash.ts";

export interface PictureMatch extends FingerprintMatch {
  /** Both lie in a plain frame and show something else inside: only the frames are alike. */
  readonly framesOnly: boolean;
}

const WHOLE = hashWindows.indexOf("whole");
const CONTENT = hashWindows.indexOf("content");
/** A frame changes more of the whole than this many bits. */
const FRAMED_FROM = 13;
/** Framed copies of one photo are within 30 bits inside the frame, other photos beyond 50 (bench/duplicates.ts). */
const ALIKE_INSIDE = 45;
/** So near that the frame need not be looked into, which may be found a little differently in a copy. */
const BEYOND_DOUBT = 12;

/** How alike two pictures are, and what makes the second of the first. */
export function comparePictures(a: ReadyFingerprint, b: ReadyFingerprint): PictureMatch {
  const match = compareFingerprints(a, b);
  return { ...match, framesOnly: match.distance > BEYOND_DOUBT && unlikeInside(a, b, match) };
}

function unlikeInside(a: ReadyFingerprint, b: ReadyFingerprint, { transform }: FingerprintMatch): boolean {
  if (!isFramed(a) || !isFramed(b)) return false;
  const inside = a.variants.find((variant) => variant.transform === transform)?.content;
  return bits(inside, b.windows[CONTENT]) > ALIKE_INSIDE;
}

const isFramed = ({ windows }: ReadyFingerprint) => bits(windows[WHOLE], windows[CONTENT]) >= FRAMED_FROM;

function bits(a: Uint32Array | undefined, b: Uint32Array | undefined): number {
  return a && b ? distanceUpTo(a, 0, b, hashBits) : hashBits;
}
