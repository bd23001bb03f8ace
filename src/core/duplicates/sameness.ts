import { type FingerprintMatch, hashBits } from "../image/perceptual-hash.ts";

/**
 * Up to how many differing bits (of 143) two pictures are the same one. Measured with bench/duplicates.ts: copies
 * that were cropped, framed or written over lie within; the nearest different photos lie beyond. A window of one
 * picture has many more chances to resemble another picture by accident when it may be turned as well, hence less
 * room there.
 */
const WITHIN = { whole: 30, croppedUpright: 30, croppedAndTurned: 16 };

/** No two pictures further apart than this are the same. */
export const widestDistance = Math.max(...Object.values(WITHIN));

export function isSamePicture({ distance, transform, window }: FingerprintMatch): boolean {
  return distance <= allowedDistance(transform, window);
}

function allowedDistance(
  transform: FingerprintMatch["transform"],
  window: FingerprintMatch["window"],
): number {
  if (window === "whole" || window === "content") return WITHIN.whole;
  return transform === "none" ? WITHIN.croppedUpright : WITHIN.croppedAndTurned;
}

/** Share of equal hash bits, 0..1. */
export const sharedBits = ({ distance }: FingerprintMatch) => 1 - distance / hashBits;
