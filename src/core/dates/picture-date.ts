import type { CaptureTime, ImageRecord, PictureDate, Placement, Timestamp, WallClock } from "../types.ts";
import { isPlausible } from "./plausible-time.ts";
import { clockOf } from "./wall-clock.ts";

/** When the picture was taken: by its own metadata, else by the name of a visible file. */
export function captureTime({ takenAt, placements }: DatedImage): CaptureTime | null {
  if (takenAt) return takenAt;
  const times = placements.flatMap((at) =>
    at.kind === "file" && at.namedAt !== undefined ? [at.namedAt] : [],
  );
  return times.length === 0
    ? null
    : { wallClock: times.reduce((a, b) => Math.max(a, b)), source: "file-name" };
}

/**
 * A post is dated by its posting, a file by the capture time in it, else by what its sidecar says, else by its name,
 * else by its modification. Null
 * where that is no time at which a picture can have been made.
 */
export function placementDate(placement: Placement, takenAt: CaptureTime | null): PictureDate | null {
  if (placement.kind === "discord") return plausibleInstant(placement.postedAt, "post");
  if (takenAt) return takenAt;
  const { statedAt } = placement;
  if (statedAt)
    return "instant" in statedAt
      ? { instant: statedAt.instant, source: "sidecar" }
      : { wallClock: statedAt.wallClock, source: "xmp" };
  if (placement.namedAt !== undefined) return { wallClock: placement.namedAt, source: "file-name" };
  return plausibleInstant(placement.modifiedAt, "file");
}

const plausibleInstant = (instant: Timestamp, source: "file" | "post"): PictureDate | null =>
  isPlausible(instant) ? { instant, source } : null;

/** The date by which an image is sorted and filtered: that of its newest visible placement that has one. */
export function imageDate({ placements, takenAt }: DatedImage): PictureDate | null {
  return placements.map((placement) => placementDate(placement, takenAt)).reduce(later, null);
}

const later = (a: PictureDate | null, b: PictureDate | null) =>
  a === null || (b !== null && orderOf(b) > orderOf(a)) ? b : a;

/**
 * The sort key of a date: capture times by their own clock, file and post times by the reader's. The one
 * place that compares the two kinds; for very many, `ReadersClock` does.
 */
export const orderOf = (date: PictureDate): WallClock =>
  "instant" in date ? clockOf(date.instant) : date.wallClock;

type DatedImage = Pick<ImageRecord, "placements" | "takenAt">;
