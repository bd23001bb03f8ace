import type { PictureDate, Timestamp, WallClock } from "../types.ts";
import { calendarTime, isCalendarTime } from "./calendar-time.ts";
import { orderOf } from "./picture-date.ts";
import { clockOf } from "./wall-clock.ts";

/** "2011-05-06": the picture's own day; for file and post times, the day where the reader is. */
export const dayOf = (date: PictureDate | null): string =>
  date === null ? "undated" : isoClock(orderOf(date)).slice(0, 10);

/** "2011-05-06T07:08:09", with the offset where it is known; file and post times with that of the reader. */
export function isoDate(date: PictureDate): string {
  if ("instant" in date) return isoInstant(date.instant) ?? "";
  return isoClock(date.wallClock) + (date.offsetMinutes === undefined ? "" : isoOffset(date.offsetMinutes));
}

/** An instant as the reader's clock shows it, "2024-06-01T12:00:00.000+02:00"; null for a time without a calendar date. */
export function isoInstant(instant: Timestamp): string | null {
  if (!isCalendarTime(instant)) return null;
  const clock = clockOf(instant);
  const offset = isoOffset(Math.round((clock - instant) / 60_000));
  return new Date(clock).toISOString().replace("Z", offset);
}

/** "2024-06-01 12:00" on the reader's clock. */
export const minuteOf = (instant: Timestamp): string =>
  isoInstant(instant)?.slice(0, 16).replace("T", " ") ?? "at an unknown time";

/** Fractions only where there are some. A catalog may hold what no calendar has. */
const isoClock = (wallClock: WallClock) =>
  new Date(calendarTime(wallClock)).toISOString().replace(/(?:\.000)?Z$/, "");

function isoOffset(minutes: number): string {
  if (minutes === 0) return "Z";
  const digits = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${digits(Math.floor(size / 60))}:${digits(size % 60)}`;
}
