import { UsageError } from "../errors.ts";
import type { DateBound, Timestamp, WallClock } from "../types.ts";
import { readSpan } from "./read-span.ts";
import { instantOf } from "./wall-clock.ts";

/** Dates as a user writes them; both are inclusive. */
export interface DateInput {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface DateRange {
  readonly since?: DateBound;
  readonly until?: DateBound;
}

/**
 * From where `since` begins to where `until` ends: days, months and years are whole ones. The reader's clock is that of
 * this process's zone (`TZ`).
 * @throws UsageError for what is no date, and for an end that lies before its beginning
 */
export async function dateRange(
  { since, until }: DateInput,
  now: Timestamp = Date.now(),
): Promise<DateRange> {
  const first = since === undefined ? undefined : await readSpan(since, now);
  const last = until === undefined ? undefined : await readSpan(until, now);
  const range = {
    ...(first && { since: boundAt(first.start, first.offsetMinutes) }),
    ...(last && { until: boundAt(last.end, last.offsetMinutes) }),
  };
  if (range.since && range.until && range.until.instant <= range.since.instant)
    throw new UsageError(`The time range ends (${until}) before it begins (${since}).`);
  return range;
}

/** Pictures whose clock is known are compared with the clock as it is written, wherever that stood. */
export const boundAt = (wallClock: WallClock, offsetMinutes?: number): DateBound => ({
  wallClock,
  instant: offsetMinutes === undefined ? instantOf(wallClock) : wallClock - offsetMinutes * 60_000,
});
