import type { Timestamp, WallClock } from "../types.ts";
import { calendarTime } from "./calendar-time.ts";

/** What calendar and clock show. Months count from 1. */
export interface ClockReading {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number | undefined;
  readonly minute?: number | undefined;
  readonly second?: number | undefined;
  readonly millisecond?: number | undefined;
}

/** Undefined for an invalid date or time, such as 31 February or 25:00, which `Date` would roll over. */
export function wallClockAt(reading: ClockReading): WallClock | undefined {
  const { year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0 } = reading;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, millisecond);
  const isReal =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return isReal ? date.getTime() : undefined;
}

/** What the clock in this process's zone (`TZ`) shows at an instant. */
export function clockOf(instant: Timestamp): WallClock {
  const time = calendarTime(instant);
  return calendarTime(time - new Date(time).getTimezoneOffset() * 60_000);
}

/** The instant at which the clock in this process's zone shows this; the later one where summer time skips it. */
export function instantOf(wallClock: WallClock): Timestamp {
  const shown = new Date(wallClock);
  const date = new Date(0);
  date.setFullYear(shown.getUTCFullYear(), shown.getUTCMonth(), shown.getUTCDate());
  date.setHours(
    shown.getUTCHours(),
    shown.getUTCMinutes(),
    shown.getUTCSeconds(),
    shown.getUTCMilliseconds(),
  );
  return date.getTime();
}

/** A zone that changed sides of the date line set its clocks back by nearly a day, summer time does by an hour. */
const FARTHEST_SET_BACK = 25 * 3_600_000;

/** By how much the clock at some earlier instant may have shown a later time than at this one: usually 0. */
export function clocksSetBack(instant: Timestamp): number {
  const before = instant - FARTHEST_SET_BACK;
  return Math.max(0, clockOf(before) - before - (clockOf(instant) - instant));
}
