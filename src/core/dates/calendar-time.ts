import type { Timestamp } from "../types.ts";

/** Years of four digits: whatever files, cameras and messages have beyond them is not the date of a picture. */
const FIRST = Date.parse("0001-01-01T00:00:00Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

export const isCalendarTime = (time: number): boolean => time >= FIRST && time <= LAST;

/** The nearest time with a calendar date, so that whatever is stored can be displayed. */
export function calendarTime(time: number): Timestamp {
  return Number.isNaN(time) ? 0 : Math.min(LAST, Math.max(FIRST, time));
}
