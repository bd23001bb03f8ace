import {
  compareFingerprints,
  detailDifference,
  type FingerprintMatch,
  HASH_BITS,
  type PreparedFingerprint,
} from "../image/hashing/perceptual-hash.ts";

/** Differing bits that are allowed for a comparison of whole pictures or with a cropping, as they stand or turned. */
export type DistanceLimits = Readonly<
  Record<"whole" | "cropped", { readonly upright: number; readonly turned: number }>
>;

export const limitFor = (
  limits: DistanceLimits,
  { transform, window }: Pick<FingerprintMatch, "transform" | "window">,
): number =>
  limits[window === "whole" || window === "content" ? "whole" : "cropped"][
    transform === "none" ? "upright" : "turned"
  ];

/**
 * Differing bits (of 143) up to which pixels are compared. Measured with bench/duplicates.ts: resized, recompressed,
 * brightened and turned copies lie within 15 bits, framed, cropped and overwritten ones within about 34. Different
 * photos come as near as that too, most often where one is compared with croppings of the other and the more ways it
 * may be turned; there is less room there.
 */
const MAX_DISTANCE: DistanceLimits = {
  whole: { upright: 32, turned: 24 },
  cropped: { upright: 36, turned: 20 },
};

/** Bits that count as much as all fine detail being different: among pages of one layout, copies come first. */
const DETAIL_WEIGHT = 20;

/** How near two fingerprints are, for taking the nearest first; undefined when the pictures are not worth comparing. */
export const candidateDistance = (a: PreparedFingerprint, b: PreparedFingerprint): number | undefined =>
  candidateMatch(a, b)?.distance;

export interface CandidateMatch extends Pick<FingerprintMatch, "transform"> {
  readonly distance: number;
}

/** The same, and what makes the second of the first. */
export function candidateMatch(a: PreparedFingerprint, b: PreparedFingerprint): CandidateMatch | undefined {
  const compared = compareFingerprints(a, b);
  const { distance, transform, window } = compared;
  if (distance > limitFor(MAX_DISTANCE, compared) || distance >= HASH_BITS) return undefined;
  const detail = window === "whole" ? detailDifference(a, b, transform) : 0.5;
  return { distance: distance + DETAIL_WEIGHT * detail, transform };
}
