import { distanceUpTo } from "../image/hash-bits.ts";
import {
  compareFingerprints,
  detailDifference,
  type FingerprintMatch,
  hashBits,
  hashWindows,
  type ReadyFingerprint,
} from "../image/perceptual-hash.ts";

export interface PictureMatch extends FingerprintMatch {
  /** Only their layout is alike: equal frames around different pictures, or pages with other text. */
  readonly layoutOnly: boolean;
}

const WHOLE = hashWindows.indexOf("whole");
const CONTENT = hashWindows.indexOf("content");
/** A frame that is most of what is seen changes at least so many bits of the whole; a plain sky changes fewer. */
const FRAMED_FROM = 40;
/** Framed copies of one photo are within 30 bits inside the frame, croppings within 54, other photos beyond. */
const ALIKE_INSIDE = 54;
/** Share of fine detail that a watermark may change; other text on a page changes more. */
const ALIKE_IN_DETAIL = 0.28;
/** So near that nothing else needs to be looked at. */
const BEYOND_DOUBT = 12;

/** How alike two pictures are, and what makes the second of the first. */
export function comparePictures(a: ReadyFingerprint, b: ReadyFingerprint): PictureMatch {
  const match = compareFingerprints(a, b);
  const layoutOnly =
    match.distance > BEYOND_DOUBT && (unlikeInside(a, b, match) || unlikeInDetail(a, b, match));
  return { ...match, layoutOnly };
}

function unlikeInDetail(a: ReadyFingerprint, b: ReadyFingerprint, { window, transform }: FingerprintMatch) {
  return window === "whole" && detailDifference(a, b, transform) > ALIKE_IN_DETAIL;
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
