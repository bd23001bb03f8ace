import { expect, test } from "vitest";
import { findBoxes, type TextMap } from "../../../src/core/ocr/find-boxes.ts";
import { minAreaRectangle } from "../../../src/core/ocr/min-area-rectangle.ts";

/** A map where these places are text. */
function mapOf(width: number, height: number, isText: (x: number, y: number) => number): TextMap {
  const probabilities = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) probabilities[y * width + x] = isText(x + 0.5, y + 0.5);
  return { probabilities, width, height };
}

const inside = (x: number, y: number, left: number, top: number, right: number, bottom: number) =>
  x > left && x < right && y > top && y < bottom;

const degrees = (radians: number) => (radians * 180) / Math.PI;

test("a line becomes its rectangle, grown by what the detector shrinks lines", () => {
  const [box, ...others] = findBoxes(mapOf(100, 50, (x, y) => (inside(x, y, 10, 20, 90, 30) ? 0.9 : 0)));
  expect(others).toEqual([]);
  const grown = (80 * 10 * 1.6) / (2 * (80 + 10));
  expect(box?.centre).toEqual({ x: 50, y: 25 });
  expect(box?.width).toBeCloseTo(80 + 2 * grown, 5);
  expect(box?.height).toBeCloseTo(10 + 2 * grown, 5);
  expect(box?.angle).toBeCloseTo(0, 5);
});

test("each line is one box, and what touches, even at a corner or far along, is one line", () => {
  const two = mapOf(60, 40, (x, y) => (inside(x, y, 5, 5, 55, 12) || inside(x, y, 5, 20, 55, 27) ? 0.9 : 0));
  expect(findBoxes(two)).toHaveLength(2);
  const joinedBelow = mapOf(60, 40, (x, y) =>
    inside(x, y, 5, 5, 15, 30) || inside(x, y, 45, 5, 55, 30) || inside(x, y, 5, 30, 55, 36) ? 0.9 : 0,
  );
  expect(findBoxes(joinedBelow)).toHaveLength(1);
  const diagonal = mapOf(40, 40, (x, y) =>
    inside(x, y, 0, 0, 20, 20) || inside(x, y, 20, 20, 40, 40) ? 0.9 : 0,
  );
  expect(findBoxes(diagonal)).toHaveLength(1);
});

test("specks, and regions that are hardly likelier than none, are no lines", () => {
  expect(findBoxes(mapOf(50, 50, (x, y) => (inside(x, y, 10, 10, 40, 12) ? 0.9 : 0)))).toEqual([]);
  expect(findBoxes(mapOf(50, 50, (x, y) => (inside(x, y, 10, 10, 40, 20) ? 0.5 : 0)))).toEqual([]);
  expect(findBoxes(mapOf(50, 50, () => 0))).toEqual([]);
  expect(findBoxes({ probabilities: new Float32Array(), width: 0, height: 0 })).toEqual([]);
});

test.each([0, 7, -30, 44, 60, 90, 130])(
  "a line turned by %i degrees has the direction of its long side",
  (turn) => {
    const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
    const map = mapOf(200, 200, (x, y) => {
      const [along, across] = [(x - 100) * cos + (y - 100) * sin, (y - 100) * cos - (x - 100) * sin];
      return Math.abs(along) < 70 && Math.abs(across) < 8 ? 0.9 : 0;
    });
    const [box] = findBoxes(map);
    expect(box?.width).toBeGreaterThan(3 * (box?.height ?? 0));
    // The same line, whichever end it is read from.
    const off = (((degrees(box?.angle ?? 0) - turn) % 180) + 180) % 180;
    expect(Math.min(off, 180 - off)).toBeLessThan(1.5);
  },
);

test("the smallest rectangle of points on a slope lies along the slope", () => {
  const points = [0, 1, 2, 3].flatMap((at) => [
    { x: at * 10, y: at * 10 },
    { x: at * 10 + 1, y: at * 10 - 1 },
  ]);
  const { width, height, angle } = minAreaRectangle(points);
  expect(Math.max(width, height)).toBeCloseTo(30 * Math.SQRT2, 5);
  expect(Math.min(width, height)).toBeCloseTo(Math.SQRT2, 5);
  expect(Math.abs(Math.sin(2 * angle))).toBeCloseTo(1, 5);
  expect(minAreaRectangle([])).toMatchObject({ width: 0, height: 0 });
});
