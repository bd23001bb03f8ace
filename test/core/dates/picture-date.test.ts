import { describe, expect, test } from "vitest";
import { dayOf, isoDate, isoInstant, minuteOf } from "../../../src/core/dates/format-date.ts";
import { captureTime, imageDate, orderOf } from "../../../src/core/dates/picture-date.ts";
import { clockOf, instantOf } from "../../../src/core/dates/wall-clock.ts";
import type { CaptureTime, Placement } from "../../../src/core/types.ts";
import { file, post } from "../../support/new-image.ts";
import { timeZones, useTimeZone } from "../../support/time-zone.ts";

const image = (placements: readonly Placement[], takenAt: CaptureTime | null = null) => ({
  placements,
  takenAt,
});
const night: CaptureTime = { wallClock: Date.UTC(2011, 4, 6, 1, 0), source: "exif-original" };

test("a picture's own time comes before its file's name, that before the file's time", () => {
  const named = file("/a.jpg", { modifiedAt: 5, namedAt: 3 });
  expect(imageDate(image([named], night))).toBe(night);
  expect(imageDate(image([named]))).toEqual({ wallClock: 3, source: "file-name" });
  expect(imageDate(image([file("/a.jpg", { modifiedAt: 5 })]))).toEqual({ instant: 5, source: "file" });
  expect(imageDate(image([post("1", { postedAt: 9 })], night))).toEqual({ instant: 9, source: "post" });
  expect(imageDate(image([]))).toBeNull();
});

test("the same bytes under two names have the newer date of the visible ones", () => {
  const [one, other] = [file("/a.jpg", { namedAt: 300 }), file("/b.jpg", { modifiedAt: 200 })];
  expect(imageDate(image([one, other]))).toEqual({ wallClock: 300, source: "file-name" });
  expect(imageDate(image([other]))).toEqual({ instant: 200, source: "file" });
  expect(captureTime(image([other, one]))).toEqual({ wallClock: 300, source: "file-name" });
  expect(captureTime(image([other]))).toBeNull();
});

test("a file or a post from the future, or from before there were pictures, has no date", () => {
  const tomorrow = Date.now() + 3_600_000;
  expect(imageDate(image([file("/a.jpg", { modifiedAt: tomorrow })]))).not.toBeNull();
  for (const time of ["2039-01-01", "9999-12-31", "1700-01-01"].map(Date.parse)) {
    expect(
      imageDate(image([file("/a.jpg", { modifiedAt: time }), post("1", { postedAt: time })])),
    ).toBeNull();
    const known = file("/b.jpg", { modifiedAt: 200 });
    expect(imageDate(image([file("/a.jpg", { modifiedAt: time }), known]))).toMatchObject({ instant: 200 });
    expect(imageDate(image([file("/a.jpg", { modifiedAt: time, namedAt: 3 })]))).toMatchObject({
      wallClock: 3,
    });
  }
});

test("nothing fails over a file time that no calendar has", () => {
  for (const modifiedAt of [9.99e16, -9.99e16, Number.NaN]) {
    expect(dayOf(imageDate(image([file("/a.jpg", { modifiedAt })])))).toBe("undated");
    expect(isoInstant(modifiedAt)).toBeNull();
    expect(minuteOf(modifiedAt)).toBe("at an unknown time");
  }
});

describe.each(timeZones)("read in %s", (zone) => {
  test("a capture time is shown as its clock showed it, with the offset it came with", () => {
    useTimeZone(zone);
    expect([dayOf(night), isoDate(night)]).toEqual(["2011-05-06", "2011-05-06T01:00:00"]);
    expect(isoDate({ ...night, offsetMinutes: 330 })).toBe("2011-05-06T01:00:00+05:30");
    expect(isoDate({ ...night, offsetMinutes: -210 })).toBe("2011-05-06T01:00:00-03:30");
    expect(isoDate({ ...night, wallClock: night.wallClock + 120, offsetMinutes: 0 })).toBe(
      "2011-05-06T01:00:00.120Z",
    );
  });

  test("a file's time is shown as the reader's clock shows it, and stays that instant", () => {
    useTimeZone(zone);
    const instant = new Date(2024, 0, 15, 23, 30).getTime();
    const date = { instant, source: "file" } as const;
    expect(dayOf(date)).toBe("2024-01-15");
    expect(minuteOf(instant)).toBe("2024-01-15 23:30");
    expect(isoDate(date)).toMatch(/^2024-01-15T23:30:00\.000(Z|[+-]\d\d:\d\d)$/);
    expect(Date.parse(isoDate(date))).toBe(instant);
  });

  test("dates of both kinds stand in the order of the days they are shown with", () => {
    useTimeZone(zone);
    const evening = { instant: new Date(2011, 4, 5, 23, 0).getTime(), source: "file" } as const;
    const morning = { instant: new Date(2011, 4, 6, 7, 0).getTime(), source: "post" } as const;
    const sorted = [morning, night, evening].sort((a, b) => orderOf(a) - orderOf(b));
    expect(sorted).toEqual([evening, night, morning]);
  });

  test("clock and instant lead to each other", () => {
    useTimeZone(zone);
    for (const instant of [0, Date.UTC(2024, 0, 1), Date.UTC(2024, 6, 1), Date.UTC(1950, 3, 3)])
      expect(instantOf(clockOf(instant))).toBe(instant);
  });
});
