import { expect, test } from "vitest";
import { UsageError } from "../../src/core/errors.ts";
import { period } from "../../src/mcp/period.ts";

const day = (year: number, month: number, date: number) => Date.UTC(year, month - 1, date);

test("a year, month or day covers itself to its end", () => {
  expect(period("2024")).toEqual({ start: day(2024, 1, 1), end: day(2025, 1, 1) });
  expect(period("2024-12")).toEqual({ start: day(2024, 12, 1), end: day(2025, 1, 1) });
  expect(period("2024-02-29")).toEqual({ start: day(2024, 2, 29), end: day(2024, 3, 1) });
});

test.each(["", "24", "2024-13", "2023-02-29", "2024-00", "yesterday", "2024-6-1", "2024-06-01T10:00"])(
  "%j is not a date",
  (text) => {
    expect(() => period(text)).toThrow(UsageError);
  },
);
