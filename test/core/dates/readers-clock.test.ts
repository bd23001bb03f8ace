import { afterEach, expect, test } from "vitest";
import { ReadersClock } from "../../../src/core/dates/readers-clock.ts";
import { clockOf } from "../../../src/core/dates/wall-clock.ts";

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const HOUR = 3_600_000;

// Summer time, half an hour of it, offsets of odd seconds before there were zones, and a day that was skipped.
test.each([
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Pacific/Apia",
])(
  "in %s it shows what a clock there shows, at every hour of days on which clocks are set too",
  (timeZone) => {
    process.env.TZ = timeZone;
    const clock = new ReadersClock();
    for (const year of [1850, 1893, 1916, 1986, 2011, 2024]) {
      const start = Date.UTC(year, 0, 1);
      for (let instant = start - 1; instant < start + 366 * 24 * HOUR; instant += HOUR)
        if (clock.at(instant) !== clockOf(instant)) expect.fail(new Date(instant).toISOString());
    }
  },
);

test("at an hour that is shown twice the later time is kept in mind", () => {
  process.env.TZ = "Europe/Berlin";
  const clock = new ReadersClock();
  const after = Date.UTC(2024, 9, 27, 1, 15);
  expect(new Date(clock.at(after)).toISOString()).toBe("2024-10-27T02:15:00.000Z");
  expect(clock.latestUpTo(after)).toBe(clock.at(after) + HOUR);
  expect(clock.latestUpTo(Date.UTC(2024, 5, 1))).toBe(clock.at(Date.UTC(2024, 5, 1)));
});
