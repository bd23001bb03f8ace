import type { ImageRecord, Placement, Timestamp } from "./types.ts";

/** A post is dated by its posting, a file by the capture time in it, else by its modification. */
const placementDate = (placement: Placement, takenAt: Timestamp | null): Timestamp =>
  placement.kind === "discord" ? placement.postedAt : (takenAt ?? placement.modifiedAt);

/** The date an image goes by: that of its newest visible placement, as the catalog sorts and filters. */
export function imageDate({ placements, takenAt, addedAt }: ImageRecord): Timestamp {
  if (placements.length === 0) return addedAt;
  return Math.max(...placements.map((placement) => placementDate(placement, takenAt)));
}
