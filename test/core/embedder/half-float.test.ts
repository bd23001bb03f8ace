import { expect, test } from "vitest";
import { fromHalf, toHalf } from "../../../src/core/embedder/half-float.ts";

test("numbers that half precision can hold survive a round trip", () => {
  const numbers = Float32Array.of(0, 1, -2, 0.5, 65504, -0.000061035156, 5.9604645e-8, 0.333251953125);
  expect(fromHalf(toHalf(numbers))).toEqual(numbers);
});

test("others are rounded to the nearest, ties to even, and overflow to infinity", () => {
  const halves = toHalf(
    Float32Array.of(1 + 1 / 2048, 1 + 3 / 2048, 1 + 1.1 / 2048, 65519, 65520, -1e9, 1e-9),
  );
  const expected = [
    1,
    1 + 2 / 1024,
    1 + 1 / 1024,
    65504,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
  ];
  expect([...fromHalf(halves)]).toEqual(expected);
  expect(fromHalf(toHalf(Float32Array.of(Number.NaN)))[0]).toBeNaN();
});
