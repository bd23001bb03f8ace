import { expect, test } from "vitest";
import { milliseconds, readClock, readOffset } from "../../../src/core/dates/read-clock.ts";

const noon = Date.UTC(2011, 4, 6, 12, 30, 5);

test.each([
  "2011:05:06 12:30:05",
  "2011:05:06 12:30:05\0\0",
  "\0 2011:05:06 12:30:05 ",
  "2011-05-06T12:30:05",
  "2011-05-06 12:30:05",
  "20110506 123005",
])("%j is what the clock showed", (text) => {
  expect(readClock(text)).toEqual({ wallClock: noon, offsetMinutes: undefined });
});

test("fractions and offsets come along, and a day without time begins at midnight", () => {
  expect(readClock("2011-05-06T12:30:05.1239+02:00")).toEqual({ wallClock: noon + 123, offsetMinutes: 120 });
  expect(readClock("20110506 123005-0330")).toEqual({ wallClock: noon, offsetMinutes: -210 });
  expect(readClock("2011-05-06T12:30Z")).toEqual({ wallClock: noon - 5000, offsetMinutes: 0 });
  for (const day of ["2011:05:06", "2011:05:06   :  :  ", "20110506"])
    expect(readClock(day)?.wallClock, day).toBe(Date.UTC(2011, 4, 6));
});

test.each([
  "",
  "    :  :     :  :  ",
  "0000:00:00 00:00:00",
  "2023:02:31 10:00:00",
  "2023:13:01 10:00:00",
  "2023:01:01 25:00:00",
  "2011-05",
  "last summer",
])("%j is no time", (text) => {
  expect(readClock(text)).toBeUndefined();
});

test("an offset is read in each of its spellings", () => {
  expect(["Z", "+0530", "+05:30", "-03:00\0", " +00:00 "].map(readOffset)).toEqual([0, 330, 330, -180, 0]);
  expect(["", "   :  ", "+25:00", "+05:75", "CET", undefined].map(readOffset)).toEqual(
    Array(6).fill(undefined),
  );
});

test("fractions of a second are its digits after the point", () => {
  expect(["5", "12", "123", "123456", " 07\0", "", undefined].map(milliseconds)).toEqual([
    500, 120, 123, 123, 70, 0, 0,
  ]);
});
