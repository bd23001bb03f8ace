import { UsageError } from "../errors.ts";
import type { Timestamp, WallClock } from "../types.ts";
import { isCalendarTime } from "./calendar-time.ts";
import { readOffset } from "./read-clock.ts";
import { daysInMonth, type Span, wholeDay, wholeMonth, wholeYear } from "./span.ts";
import { parseSpanInWords } from "./span-in-words.ts";
import { clockOf, wallClockAt } from "./wall-clock.ts";

/**
 * What a date covers: 2024, 2024-06 and 2024-06-30 all of it; a time its minute, second or millisecond; an age (30d, 2w,
 * 6m, 1y, "3 days ago") and words ("yesterday", "last friday", "june 2024") whole days, months or years.
 * @throws UsageError
 */
export async function readSpan(text: string, now: Timestamp): Promise<Span> {
  const input = text.trim().replace(/\s+/g, " ").toLowerCase();
  const span =
    writtenDay(input) ??
    writtenTime(input) ??
    daysAgo(input, clockOf(now)) ??
    // Digits alone would be read in the order of some country.
    (/\p{L}{2}/u.test(input) ? await parseSpanInWords(input, now) : undefined);
  if (span && isCalendarTime(span.start) && isCalendarTime(span.end)) return span;
  throw new UsageError(
    `"${text.slice(0, 40)}" is no date. Write 2024, 2024-06, 2024-06-30, 2024-06-30T18:00, 30d, 2w, 6m, 1y, "yesterday" or "3 days ago".`,
  );
}

function writtenDay(input: string): Span | undefined {
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(input);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  if (wallClockAt({ year, month, day }) === undefined) throw notInCalendar(input);
  if (match[3] !== undefined) return wholeDay(year, month, day);
  return match[2] === undefined ? wholeYear(year) : wholeMonth(year, month);
}

const ISO_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[t ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3})\d*)?)? ?(z|[+-]\d{2}:?\d{2})?$/;

function writtenTime(input: string): Span | undefined {
  const match = ISO_TIME.exec(input);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour, minute] = match.slice(1, 6).map(Number);
  const [second, fraction, zone] = match.slice(6);
  const millisecond = Number((fraction ?? "").padEnd(3, "0"));
  const written = wallClockAt({ year, month, day, hour, minute, second: Number(second ?? 0), millisecond });
  const offset = readOffset(zone);
  if (written === undefined || (zone !== undefined && offset === undefined)) throw notInCalendar(input);
  const length = second === undefined ? 60_000 : fraction === undefined ? 1000 : 1;
  return { start: written, end: written + length, offsetMinutes: offset };
}

const notInCalendar = (input: string) =>
  new UsageError(`There is no ${input.toUpperCase()} in the calendar.`);

const NUMBERS = ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const AGE = new RegExp(
  `^(\\d{1,5}|an|${NUMBERS.join("|")}) ?(d|days?|w|weeks?|m|months?|y|years?)(?: ago)?$`,
);

/** The day that lies this long before today; where its month is shorter, the last day of that. */
function daysAgo(input: string, clock: WallClock): Span | undefined {
  const [, amount, unit] = AGE.exec(input) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const count = /^\d/.test(amount) ? Number(amount) : Math.max(1, NUMBERS.indexOf(amount));
  const today = new Date(clock);
  const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth() + 1, today.getUTCDate()];
  if (unit.startsWith("d")) return wholeDay(year, month, day - count);
  if (unit.startsWith("w")) return wholeDay(year, month, day - 7 * count);
  const then = month - count * (unit.startsWith("y") ? 12 : 1);
  return wholeDay(year, then, Math.min(day, daysInMonth(year, then)));
}
