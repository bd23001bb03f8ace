import type { ParsedComponents } from "chrono-node";
import { UsageError } from "../errors.ts";
import type { Timestamp } from "../types.ts";
import { type Span, wholeDay, wholeMonth, wholeYear } from "./span.ts";
import { clockOf } from "./wall-clock.ts";

/** "yesterday", "last friday", "june 2024", "24 december", "last year". Undefined when not all of the text is a date. */
export async function parseSpanInWords(input: string, now: Timestamp): Promise<Span | undefined> {
  const readAt = await reader();
  const words = input === "now" ? "today" : input;
  const found = readAt(words, new Date(now));
  if (found === undefined) return refuseMissingDay(input, (other) => readAt(other, new Date(now)));
  if (found.isCertain("hour"))
    throw new UsageError(`"${input}" names a time of day. Write a time as 2024-06-30T18:00.`);
  if (!namesMonthOrYear(found)) return inThePast(dayOf(found), now, () => earlierDay(found));
  // On the 31st, "last month" would be the day that February does not have.
  const coarse = readAt(words, startOfMonth(now)) ?? found;
  return inThePast(monthOrYear(coarse), now, () =>
    wholeMonth(part(coarse, "year") - 1, part(coarse, "month")),
  );
}

/** Loaded only for words: the library builds a grammar. */
async function reader(): Promise<(text: string, reference: Date) => ParsedComponents | undefined> {
  const { casual } = await import("chrono-node/en");
  return (text, reference) => {
    const [found] = casual.parse(text, reference);
    return found?.text.length === text.length && !found.end ? found.start : undefined;
  };
}

/** 31 February: a date but for its day. */
function refuseMissingDay(input: string, read: (other: string) => unknown): undefined {
  const other = input.replace(/\b(?:29|30|31)(?=th|st|\b)/, "1");
  if (other !== input && read(other) !== undefined)
    throw new UsageError(`There is no ${input} in the calendar.`);
}

type Part = "year" | "month" | "weekday" | "day";
const part = (found: ParsedComponents, name: Part) => found.get(name) ?? 0;

const namesMonthOrYear = (found: ParsedComponents) =>
  !found.isCertain("day") &&
  !found.isCertain("weekday") &&
  (found.isCertain("month") || found.isCertain("year"));

const dayOf = (found: ParsedComponents) =>
  wholeDay(part(found, "year"), part(found, "month"), part(found, "day"));

const monthOrYear = (found: ParsedComponents) =>
  found.isCertain("month")
    ? wholeMonth(part(found, "year"), part(found, "month"))
    : wholeYear(part(found, "year"));

/** Of a weekday, or a day or month without its year, the latest that has begun is meant. */
const inThePast = (span: Span, now: Timestamp, earlier: () => Span | undefined): Span =>
  span.start > clockOf(now) ? (earlier() ?? span) : span;

function earlierDay(found: ParsedComponents): Span | undefined {
  const [year, month, day] = [part(found, "year"), part(found, "month"), part(found, "day")];
  if (found.isCertain("weekday") && !found.isCertain("day")) return wholeDay(year, month, day - 7);
  return found.isCertain("year") ? undefined : wholeDay(year - 1, month, day);
}

function startOfMonth(now: Timestamp): Date {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), 1, 12);
}
