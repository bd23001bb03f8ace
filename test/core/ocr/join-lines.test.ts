import { describe, expect, test } from "vitest";
import { joinLines } from "../../../src/core/ocr/join-lines.ts";
import type { OrientedRectangle } from "../../../src/core/ocr/min-area-rectangle.ts";

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** From one place to another along a line through the origin that is turned by so many degrees, `aside` of it. */
function part(
  from: number,
  to: number,
  { turn = 0, aside = 0, height = 20, flip = false } = {},
): OrientedRectangle {
  const [cos, sin] = [Math.cos(radians(turn)), Math.sin(radians(turn))];
  const along = (from + to) / 2;
  return {
    centre: { x: along * cos - aside * sin, y: along * sin + aside * cos },
    width: to - from,
    height,
    angle: radians(turn + (flip ? 180 : 0)),
  };
}

describe.each([0, 7, -40, 90])("lines turned by %i degrees", (turn) => {
  const line = (from: number, to: number, more = {}) => part(from, to, { turn, ...more });

  test("a line that goes on from tile to tile is one, as long as all of it", () => {
    const [joined, ...others] = joinLines([[line(0, 400)], [line(350, 800)], [line(740, 900)]]);
    expect(others).toEqual([]);
    expect(joined?.width).toBeCloseTo(900, 3);
    expect(joined?.height).toBeCloseTo(20, 3);
    const { centre } = line(0, 900);
    expect(joined?.centre.x).toBeCloseTo(centre.x, 3);
    expect(joined?.centre.y).toBeCloseTo(centre.y, 3);
    const off = Math.abs((joined?.angle ?? 0) - radians(turn)) % Math.PI;
    expect(Math.min(off, Math.PI - off)).toBeLessThan(1e-6);
  });

  test("what both tiles see is one line, also where one of them cuts it", () => {
    expect(joinLines([[line(0, 300)], [line(0, 300)]])).toHaveLength(1);
    const [joined, ...others] = joinLines([[line(0, 300, { aside: -6, height: 8 })], [line(2, 300)]]);
    expect(others).toEqual([]);
    expect(joined?.height).toBeCloseTo(20, 3);
  });

  test("lines below each other stay apart, and so do two columns and two lines of one tile", () => {
    const below = { aside: 24 };
    expect(
      joinLines([
        [line(0, 400), line(0, 400, below)],
        [line(350, 800), line(350, 800, below)],
      ]),
    ).toHaveLength(2);
    expect(joinLines([[line(0, 400)], [line(410, 800)]])).toHaveLength(2);
    expect(joinLines([[line(0, 400), line(390, 800)]])).toHaveLength(2);
  });

  test("two words that the other tile saw as one line are one line", () => {
    expect(joinLines([[line(0, 500)], [line(300, 390), line(410, 800)]])).toHaveLength(1);
  });

  test("the way it is read does not matter", () => {
    expect(joinLines([[line(0, 400)], [line(350, 800, { flip: true })]])).toHaveLength(1);
  });
});

test("a letter that one tile sees lying and the other standing is one", () => {
  expect(
    joinLines([[part(0, 22)], [{ ...part(0, 22), width: 20, height: 22, angle: radians(90) }]]),
  ).toHaveLength(1);
});

test("without tiles nothing is joined", () => {
  expect(joinLines([])).toEqual([]);
  expect(joinLines([[]])).toEqual([]);
  const one = part(0, 10);
  expect(joinLines([[one]])).toEqual([one]);
});
