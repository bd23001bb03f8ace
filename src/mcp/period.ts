import { type Timestamp, UsageError } from "../core/index.ts";

const pattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

/** The days that a year, month or day covers, in UTC: from `start` up to, not including, `end`. */
export interface Period {
  readonly start: Timestamp;
  readonly end: Timestamp;
}

/** Reads "2024", "2024-06" or "2024-06-01". @throws UsageError */
export function period(text: string): Period {
  const [, year, month, day] = pattern.exec(text) ?? [];
  if (year === undefined) throw unreadable(text);
  const [y, m, d] = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)];
  const start = Date.UTC(y, m, d);
  // Date.UTC rolls over: 2023-02-31 would silently be a day of March.
  if (new Date(start).getUTCMonth() !== m) throw unreadable(text);
  if (day !== undefined) return { start, end: Date.UTC(y, m, d + 1) };
  return { start, end: month === undefined ? Date.UTC(y + 1, 0, 1) : Date.UTC(y, m + 1, 1) };
}

const unreadable = (text: string) =>
  new UsageError(
    `"${text.slice(0, 40)}" is not a date. Give a year, month or day: 2024, 2024-06 or 2024-06-01.`,
  );
