import type { CaptureTime, ImageRecord, PictureDate, Placement, WallClock } from "../types.ts";
import { calendarTime } from "./calendar-time.ts";
import { clockOf } from "./wall-clock.ts";

/** When the picture was taken: what it says itself, else what the name of a visible file says. */
export function captureTime({ takenAt, placements }: DatedImage): CaptureTime | null {
  if (takenAt) return takenAt;
  const named = placements.flatMap((at) =>
    at.kind === "file" && at.namedAt !== undefined ? [at.namedAt] : [],
  );
  return named.length === 0 ? null : { wallClock: Math.max(...named), source: "file-name" };
}

/** A post is dated by its posting, a file by the capture time in it, else by its name, else by its modification. */
export function placementDate(placement: Placement, takenAt: CaptureTime | null): PictureDate {
  if (placement.kind === "discord") return { instant: placement.postedAt, source: "post" };
  if (takenAt) return takenAt;
  if (placement.namedAt !== undefined) return { wallClock: placement.namedAt, source: "file-name" };
  return { instant: calendarTime(placement.modifiedAt), source: "file" };
}

/** The date an image goes by: that of its newest visible placement, as the catalog sorts and filters. */
export function imageDate({ placements, takenAt, addedAt }: DatedImage): PictureDate {
  const dates = placements.map((placement) => placementDate(placement, takenAt));
  return dates.reduce(later, dates[0] ?? { instant: addedAt, source: "file" });
}

const later = (a: PictureDate, b: PictureDate) => (orderOf(b) > orderOf(a) ? b : a);

/**
 * Where a date stands among others: capture times by their own clock, file and post times by the reader's. The one
 * place that compares the two kinds; the catalog does it through SQL's `readers_clock`.
 */
export const orderOf = (date: PictureDate): WallClock =>
  "instant" in date ? clockOf(date.instant) : date.wallClock;

type DatedImage = Pick<ImageRecord, "placements" | "takenAt" | "addedAt">;
