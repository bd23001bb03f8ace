import { describe, expect, test } from "vitest";
import { barsOf } from "../../src/web/client/find/time-bars.ts";

describe("the time line", () => {
  test("has a bar for each month from the first to the last, those without pictures too", () => {
    expect(
      barsOf([
        { month: "2023-11", pictures: 3 },
        { month: "2024-02", pictures: 5 },
      ]),
    ).toEqual([
      { since: "2023-11", until: "2023-11", pictures: 3 },
      { since: "2023-12", until: "2023-12", pictures: 0 },
      { since: "2024-01", until: "2024-01", pictures: 0 },
      { since: "2024-02", until: "2024-02", pictures: 5 },
    ]);
  });

  test("has years where there would be too many months, and no picture is lost", () => {
    const bars = barsOf([
      { month: "1899-12", pictures: 1 },
      { month: "1900-01", pictures: 2 },
      { month: "1900-12", pictures: 4 },
      { month: "2024-06", pictures: 8 },
    ]);
    expect(bars.map(({ since }) => since)).toEqual(Array.from({ length: 126 }, (_, at) => String(1899 + at)));
    expect(bars.filter(({ pictures }) => pictures > 0).map(({ pictures }) => pictures)).toEqual([1, 6, 8]);
  });

  test("has nothing to show without dated pictures", () => {
    expect(barsOf([])).toEqual([]);
  });
});
