import { describe, expect, test } from "vitest";
import { dateRange } from "../../../src/core/dates/date-range.ts";
import { isoDate } from "../../../src/core/dates/format-date.ts";
import { UsageError } from "../../../src/core/errors.ts";
import { timeZones, useTimeZone } from "../../support/time-zone.ts";

/** Tuesday, the 31st: most months before it are shorter. */
const now = () => new Date(2026, 2, 31, 15, 0).getTime();
const clock = (time: number | undefined) =>
  time === undefined ? undefined : new Date(time).toISOString().replace(/(:00)?\.000Z$/, "");

/** From the first moment of the text to the moment after its last, on the clock. */
async function covered(text: string): Promise<string> {
  const { since, until } = await dateRange({ since: text, until: text }, now());
  return `${clock(since?.wallClock)} ${clock(until?.wallClock)}`;
}

test.each([
  ["2024", "2024-01-01T00:00 2025-01-01T00:00"],
  ["2024-06", "2024-06-01T00:00 2024-07-01T00:00"],
  ["2024-12", "2024-12-01T00:00 2025-01-01T00:00"],
  ["2024-02-29", "2024-02-29T00:00 2024-03-01T00:00"],
  ["2024-6-3", "2024-06-03T00:00 2024-06-04T00:00"],
  ["2024-06-30T18:00", "2024-06-30T18:00 2024-06-30T18:01"],
  ["2024-06-30 18:00:05", "2024-06-30T18:00:05 2024-06-30T18:00:06"],
  ["today", "2026-03-31T00:00 2026-04-01T00:00"],
  ["yesterday", "2026-03-30T00:00 2026-03-31T00:00"],
  ["Yesterday ", "2026-03-30T00:00 2026-03-31T00:00"],
  ["3 days ago", "2026-03-28T00:00 2026-03-29T00:00"],
  ["three days ago", "2026-03-28T00:00 2026-03-29T00:00"],
  ["30d", "2026-03-01T00:00 2026-03-02T00:00"],
  ["2w", "2026-03-17T00:00 2026-03-18T00:00"],
  ["a week ago", "2026-03-24T00:00 2026-03-25T00:00"],
  ["1m", "2026-02-28T00:00 2026-03-01T00:00"],
  ["6m", "2025-09-30T00:00 2025-10-01T00:00"],
  ["6 months ago", "2025-09-30T00:00 2025-10-01T00:00"],
  ["1y", "2025-03-31T00:00 2025-04-01T00:00"],
  ["last month", "2026-02-01T00:00 2026-03-01T00:00"],
  ["last year", "2025-01-01T00:00 2026-01-01T00:00"],
  ["last friday", "2026-03-27T00:00 2026-03-28T00:00"],
  ["friday", "2026-03-27T00:00 2026-03-28T00:00"],
  ["june 2024", "2024-06-01T00:00 2024-07-01T00:00"],
  ["june", "2025-06-01T00:00 2025-07-01T00:00"],
  ["24 december", "2025-12-24T00:00 2025-12-25T00:00"],
  ["5 june 2024", "2024-06-05T00:00 2024-06-06T00:00"],
])("%j covers %s", async (text, range) => {
  expect(await covered(text)).toBe(range);
});

test.each([
  "2026-02-31",
  "2023-02-29",
  "2024-13",
  "2024-00",
  "31 february",
  "february 30, 2024",
  "2024-06-30T25:00",
])("there is no %j in the calendar", async (text) => {
  const refusal = dateRange({ until: text }, now());
  await expect(refusal).rejects.toThrow(UsageError);
  await expect(refusal).rejects.toThrow(/^There is no .* in the calendar\.$/);
});

test.each([
  "",
  "24",
  "1.3.2026",
  "3/4/2026",
  "-3d",
  "99999y",
  "0000",
  "a dog",
  "a dog yesterday",
  "june 5-7",
  "2024-06-30T18:00+25:00",
])("%j is refused with what can be written", async (text) => {
  await expect(dateRange({ since: text }, now())).rejects.toThrow(UsageError);
});

test("a time of day in words is refused rather than taken for the whole day", async () => {
  await expect(dateRange({ since: "2 hours ago" }, now())).rejects.toThrow("2024-06-30T18:00");
});

test("an end before its beginning is refused, one day from and to itself is not", async () => {
  await expect(dateRange({ since: "2024-06-02", until: "2024-06-01" })).rejects.toThrow("before it begins");
  expect(await dateRange({ since: "2024-06", until: "2024-06-01" })).toBeDefined();
  expect(await dateRange({})).toEqual({});
});

describe.each(timeZones)("in %s", (zone) => {
  test("a day is the same on the clock everywhere, and lies where the reader's day lies", async () => {
    useTimeZone(zone);
    const { since, until } = await dateRange({ since: "2011-05-06", until: "2011-05-06" });
    expect(since).toEqual({
      wallClock: Date.UTC(2011, 4, 6),
      instant: new Date(2011, 4, 6).getTime(),
    });
    expect(until).toEqual({
      wallClock: Date.UTC(2011, 4, 7),
      instant: new Date(2011, 4, 7).getTime(),
    });
  });

  test("yesterday is the reader's", async () => {
    useTimeZone(zone);
    const midnight = new Date(2026, 2, 1, 0, 5).getTime();
    const { since } = await dateRange({ since: "yesterday" }, midnight);
    expect(since?.wallClock).toBe(Date.UTC(2026, 1, 28));
  });

  test("a time with a zone is that instant", async () => {
    useTimeZone(zone);
    const { since } = await dateRange({ since: "2024-06-30T18:00+02:00" });
    expect(since?.instant).toBe(Date.UTC(2024, 5, 30, 16));
    expect((await dateRange({ since: "2024-06-30T18:00Z" })).since?.instant).toBe(Date.UTC(2024, 5, 30, 18));
  });

  test("pictures are found by the time that is shown of them, whatever its zone", async () => {
    useTimeZone(zone);
    const shown = isoDate({
      wallClock: Date.UTC(2011, 4, 6, 23, 30),
      offsetMinutes: -480,
      source: "exif-original",
    });
    const { since, until } = await dateRange({ since: shown, until: shown });
    expect(since?.wallClock).toBe(Date.UTC(2011, 4, 6, 23, 30));
    expect(until?.wallClock).toBe(Date.UTC(2011, 4, 6, 23, 30, 1));
  });
});
