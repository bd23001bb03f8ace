import { isPlausible } from "../dates/plausible-time.ts";
import type { CaptureSource, CaptureTime } from "../types.ts";

/** What `images` holds of a capture time. The source of one that an earlier release read is unknown: null. */
export interface CaptureRow {
  readonly takenAt: number | null;
  readonly takenOffset: number | null;
  readonly takenSource: CaptureSource | "none" | null;
}

/** Of a row `i` of images. */
export const CAPTURE_COLUMNS =
  "i.taken_at AS takenAt, i.taken_offset AS takenOffset, i.taken_source AS takenSource";

export function captureRow(time: CaptureTime | null): CaptureRow {
  if (time === null || !isPlausible(time.wallClock))
    return { takenAt: null, takenOffset: null, takenSource: "none" };
  return { takenAt: time.wallClock, takenOffset: time.offsetMinutes ?? null, takenSource: time.source };
}

export function captureTimeOf({ takenAt, takenOffset, takenSource }: CaptureRow): CaptureTime | null {
  // Earlier releases kept whatever a camera claimed.
  if (takenAt === null || !isPlausible(takenAt)) return null;
  return {
    wallClock: takenAt,
    ...(takenOffset !== null && { offsetMinutes: takenOffset }),
    // Earlier releases read this field only.
    source: takenSource === null || takenSource === "none" ? "exif-original" : takenSource,
  };
}
