/** An instant: milliseconds since 1970-01-01 UTC. */
export type Timestamp = number;

/**
 * What a calendar and a clock show, in no zone: milliseconds since 1970-01-01 00:00 on that same clock. The midnight
 * with which 6 May 2011 began is `Date.UTC(2011, 4, 6)`, wherever that was.
 */
export type WallClock = number;

/** Where a capture time was read: the picture's own fields, best first, or the name of its file. */
export type CaptureSource =
  | "exif-original"
  | "exif-digitized"
  | "xmp"
  | "iptc"
  | "exif-ifd0"
  | "film"
  | "file-name";

/** When a picture was taken, as the clock showed where it was: a day is the picture's own in every zone. */
export interface CaptureTime {
  readonly wallClock: WallClock;
  /** Minutes that the clock was ahead of UTC, where the picture records it. */
  readonly offsetMinutes?: number | undefined;
  readonly source: CaptureSource;
}

/** The date that a picture is sorted and filtered by. File, post and most sidecar times are instants, shown as the reader's clock shows them. */
export type PictureDate =
  | CaptureTime
  | { readonly instant: Timestamp; readonly source: "file" | "post" | "sidecar" };

/**
 * One end of a span of time, as each kind of date is compared with it: capture times by the clock, file and post times
 * by the instant at which the reader's clock shows the same.
 */
export interface DateBound {
  readonly wallClock: WallClock;
  readonly instant: Timestamp;
}
