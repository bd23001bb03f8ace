import type { FingerprintMatch } from "../image/perceptual-hash.ts";
import type { Edit, EditKind, ImageRecord } from "../types.ts";

/** Differing bits beyond those of resizing and compression (bench/duplicates.ts). */
const MAX_REENCODING_DISTANCE = 8;

/** What was done to the reference's picture to get this one, as far as the fingerprints tell. */
export function editsBetween(
  { distance, transform, window }: FingerprintMatch,
  reference: ImageRecord,
  member: ImageRecord,
): Edit[] {
  const isTurned = /rot|trans/.test(transform);
  const isSwapped = /90|270|trans/.test(transform);
  const [width, height] = isSwapped ? [member.height, member.width] : [member.width, member.height];
  const isSameSize = width === reference.width && height === reference.height;
  const isWhole = window === "whole";
  const kinds: EditKind[] = [];
  if (isTurned) kinds.push("turned");
  if (/mirr|flip|trans/.test(transform)) kinds.push("mirrored");
  if (!isWhole && !isSameSize) kinds.push(window === "content" ? "framed" : "cropped");
  if (isWhole && !isSameSize) kinds.push("resized");
  // A frame or a crop would have changed the size: what matched by a window was retouched.
  if (distance > MAX_REENCODING_DISTANCE || (isSameSize && !isWhole)) kinds.push("text added");
  if (kinds.length === 0) kinds.push("saved again");
  return kinds.map((kind) => ({ kind, of: "either" }));
}

/** "mirrored, resized" */
export const editsInWords = (edits: readonly Edit[]) => edits.map(({ kind }) => kind).join(", ");
