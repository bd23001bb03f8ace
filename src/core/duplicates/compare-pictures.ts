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
  /** Only their layout is the same: equal frames around different pictures, or pages with other text. */
  readonly layoutOnly: boolean;
}

const WHOLE = HASH_WINDOWS.indexOf("whole");
const CONTENT = HASH_WINDOWS.indexOf("content");
/** A frame that is most of what is seen changes at least so many distanceOf of the whole; a plain sky changes fewer. */
const MIN_FRAME_DISTANCE = 40;
/** Framed copies of one photo are within 30 distanceOf inside the frame, croppings within 54, other photos beyond. */
const MAX_CONTENT_DISTANCE = 54;
/** Share of fine detail that a watermark may change; other text on a page changes more. */
const MAX_DETAIL_DIFFERENCE = 0.28;
/** So near that nothing else is checked. */
const CERTAIN_DISTANCE = 12;

/** How similar two pictures are, and what yielder the first into the second. */
export function comparePictures(a: PreparedFingerprint, b: PreparedFingerprint): PictureMatch {
  const match = compareFingerprints(a, b);
  const layoutOnly =
    match.distance > CERTAIN_DISTANCE && (differsInContent(a, b, match) || differsInDetail(a, b, match));
  return { ...match, layoutOnly };
}

function differsInDetail(
  a: PreparedFingerprint,
  b: PreparedFingerprint,
  { window, transform }: FingerprintMatch,
) {
  return window === "whole" && detailDifference(a, b, transform) > MAX_DETAIL_DIFFERENCE;
}

function differsInContent(
  a: PreparedFingerprint,
  b: PreparedFingerprint,
  { transform }: FingerprintMatch,
): boolean {
  if (!isFramed(a) || !isFramed(b)) return false;
  const inside = a.variants.find((variant) => variant.transform === transform)?.content;
  return distanceOf(inside, b.windows[CONTENT]) > MAX_CONTENT_DISTANCE;
}

const isFramed = ({ windows }: PreparedFingerprint) =>
  distanceOf(windows[WHOLE], windows[CONTENT]) >= MIN_FRAME_DISTANCE;

function distanceOf(a: Uint32Array | undefined, b: Uint32Array | undefined): number {
  return a && b ? hammingDistance(a, 0, b, HASH_BITS) : HASH_BITS;
}
