import type { WallClock } from "../types.ts";

/** A time span on the reader's clock, or on one that is so far from UTC; its end is exclusive. */
export interface Span {
  readonly start: WallClock;
  readonly end: WallClock;
  readonly offsetMinutes?: number | undefined;
}

export const wholeYear = (year: number): Span => ({
  start: startOfDay(year, 1, 1),
  end: startOfDay(year + 1, 1, 1),
});

/** Months count from 1; those beyond a year lie in the next or an earlier one, as days beyond a month do. */
export const wholeMonth = (year: number, month: number): Span => ({
  start: startOfDay(year, month, 1),
  end: startOfDay(year, month + 1, 1),
});

export const wholeDay = (year: number, month: number, day: number): Span => ({
  start: startOfDay(year, month, day),
  end: startOfDay(year, month, day + 1),
});

export const daysInMonth = (year: number, month: number): number =>
  new Date(startOfDay(year, month + 1, 0)).getUTCDate();

/** Unlike `Date.UTC`, also in the first century. */
const startOfDay = (year: number, month: number, day: number): WallClock =>
  new Date(0).setUTCFullYear(year, month - 1, day);
