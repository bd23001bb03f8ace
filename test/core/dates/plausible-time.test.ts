import { expect, test } from "vitest";
import { isPlausible, plausibleSpan } from "../../../src/core/dates/plausible-time.ts";

const noon = Date.UTC(2011, 4, 6, 12, 30, 5);

test.each([
  [noon, true],
  // A clock is up to 14 hours ahead of UTC.
  [noon + 14 * 3_600_000, true],
  [noon + 24 * 3_600_000, true],
  [noon + 24 * 3_600_000 + 1, false],
  [Date.UTC(9999, 11, 31), false],
  [Date.UTC(1826, 0, 1), true],
  [Date.UTC(1826, 0, 1) - 1, false],
  [Number.NaN, false],
])("of %d it says %s, and so does the span of plausible times", (time, expected) => {
  const { since, until } = plausibleSpan(noon);
  expect(isPlausible(time, noon)).toBe(expected);
  expect(time >= since.instant && time < until.instant).toBe(expected);
  expect(time >= since.wallClock && time < until.wallClock).toBe(expected);
});
