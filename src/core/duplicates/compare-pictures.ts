import { hammingDistance } from "../image/hash-bits.ts";
import {
  compareFingerprints,
  detailDifference,
  type FingerprintMatch,
  HASH_BITS,
  HASH_WINDOWS,
  type PreparedFingerprint,
} from "../image/perceptual-hash.ts";

export interface PictureMatch extends FingerprintMatch {
  /** Only their layout is alike: equal frames around different pictures, or pages with other text. */
  readonly layoutOnly: boolean;
}

const WHOLE = HASH_WINDOWS.indexOf("whole");
const CONTENT = HASH_WINDOWS.indexOf("content");
/** A frame that is most of what is seen changes at least so many bits of the whole; a plain sky changes fewer. */
const FRAMED_FROM = 40;
/** Framed copies of one photo are within 30 bits inside the frame, croppings within 54, other photos beyond. */
const ALIKE_INSIDE = 54;
/** Share of fine detail that a watermark may change; other text on a page changes more. */
const ALIKE_IN_DETAIL = 0.28;
/** So near that nothing else needs to be looked at. */
const BEYOND_DOUBT = 12;

/** How alike two pictures are, and what makes the second of the first. */
export function comparePictures(a: PreparedFingerprint, b: PreparedFingerprint): PictureMatch {
  const match = compareFingerprints(a, b);
  const layoutOnly =
    match.distance > BEYOND_DOUBT && (unlikeInside(a, b, match) || unlikeInDetail(a, b, match));
  return { ...match, layoutOnly };
}

function unlikeInDetail(
  a: PreparedFingerprint,
  b: PreparedFingerprint,
  { window, transform }: FingerprintMatch,
) {
  return window === "whole" && detailDifference(a, b, transform) > ALIKE_IN_DETAIL;
}

function unlikeInside(
  a: PreparedFingerprint,
  b: PreparedFingerprint,
  { transform }: FingerprintMatch,
): boolean {
  if (!isFramed(a) || !isFramed(b)) return false;
  const inside = a.variants.find((variant) => variant.transform === transform)?.content;
  return bits(inside, b.windows[CONTENT]) > ALIKE_INSIDE;
}

const isFramed = ({ windows }: PreparedFingerprint) => bits(windows[WHOLE], windows[CONTENT]) >= FRAMED_FROM;

function bits(a: Uint32Array | undefined, b: Uint32Array | undefined): number {
  return a && b ? hammingDistance(a, 0, b, HASH_BITS) : HASH_BITS;
}
