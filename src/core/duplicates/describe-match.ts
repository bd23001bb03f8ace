import type { FingerprintMatch } from "../image/perceptual-hash.ts";
import type { ImageRecord } from "../types.ts";

/** What was done to the keeper's picture to get this one, for display: "mirrored, resized". */
export function describeMatch(
  { distance, transform, window }: FingerprintMatch,
  keeper: ImageRecord,
  other: ImageRecord,
): string {
  const swapped = /90|270|trans/.test(transform);
  const [width, height] = swapped ? [other.height, other.width] : [other.width, other.height];
  const sameSize = width === keeper.width && height === keeper.height;
  const changes = [
    transform === "none" ? [] : [transform],
    sameSize || window === "whole" ? [] : [window === "content" ? "framed" : "cropped"],
    !sameSize && window === "whole" ? ["resized"] : [],
    other.format === keeper.format ? [] : [`saved as ${other.format}`],
    // A frame or a crop would have changed the size: what matched by a window was retouched.
    distance > MAX_REENCODING_DISTANCE || (sameSize && window !== "whole") ? ["edited"] : [],
  ].flat();
  return changes.length === 0 ? "saved again" : changes.join(", ");
}

/** Differing bits beyond those of resizing and compression (bench/duplicates.ts). */
const MAX_REENCODING_DISTANCE = 8;
