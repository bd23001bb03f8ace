import {
  compareFingerprints,
  detailDifference,
  HASH_BITS,
  type PreparedFingerprint,
} from "../image/perceptual-hash.ts";

/**
 * Differing bits (of 143) up to which pixels are compared. Measured with bench/duplicates.ts: resized, recompressed,
 * brightened and turned copies lie within 15 bits, framed, cropped and overwritten ones within about 34. Different
 * photos come as near as that too, most often where one is compared with croppings of the other and the more ways it
 * may be turned; there is less room there.
 */
const MAX_DISTANCE = {
  whole: { upright: 32, turned: 24 },
  cropped: { upright: 36, turned: 20 },
};

/** Bits that count as much as all fine detail being different: among pages of one layout, copies come first. */
const DETAIL_WEIGHT = 20;

/** How near two fingerprints are, for taking the nearest first; undefined when the pictures are not worth comparing. */
export function candidateDistance(a: PreparedFingerprint, b: PreparedFingerprint): number | undefined {
  const { distance, transform, window } = compareFingerprints(a, b);
  const isWhole = window === "whole" || window === "content";
  const most = MAX_DISTANCE[isWhole ? "whole" : "cropped"][transform === "none" ? "upright" : "turned"];
  if (distance > most || distance >= HASH_BITS) return undefined;
  return distance + DETAIL_WEIGHT * (window === "whole" ? detailDifference(a, b, transform) : 0.5);
}
