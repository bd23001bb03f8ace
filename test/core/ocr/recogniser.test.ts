import { expect, test } from "vitest";
import { cropLine } from "../../../src/core/ocr/crop-line.ts";
import { decodeCtc } from "../../../src/core/ocr/recogniser.ts";

/** Scores of one step for each of these classes. */
const steps = (classes: number, ...best: readonly (readonly [number, number])[]) => {
  const scores = new Float32Array(classes * best.length).fill(0.01);
  for (const [step, [at, score]] of best.entries()) scores[step * classes + at] = score;
  return scores;
};

test("a character counts once however long it lasts, and twice with a blank between", () => {
  const characters = ["a", "b", " "];
  const read = decodeCtc(
    steps(4, [0, 0.9], [1, 0.8], [1, 0.7], [0, 0.9], [1, 0.6], [3, 1], [2, 1], [0, 1]),
    4,
    characters,
  );
  expect(read.text).toBe("aa b");
  expect(read.confidence).toBeCloseTo((0.8 + 0.6 + 1 + 1) / 4, 5);
  expect(decodeCtc(steps(4, [0, 1], [0, 1]), 4, characters)).toEqual({ text: "", confidence: 0 });
  expect(decodeCtc(new Float32Array(), 4, characters)).toEqual({ text: "", confidence: 0 });
});

/** Red grows to the right, green downwards. */
function slopes(width: number, height: number) {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set([x * 10, y * 10, 0], 3 * (y * width + x));
  return { data, width, height };
}

test("a crop lies straight in its reading direction, and upside down half a turn later", () => {
  const picture = slopes(20, 10);
  const box = { centre: { x: 10, y: 5 }, width: 8, height: 4, angle: 0 };
  const size = { width: 8, height: 4 };
  const straight = cropLine(picture, box, size);
  expect([...straight.data.subarray(0, 6)]).toEqual([60, 30, 0, 70, 30, 0]);
  const turned = cropLine(picture, { ...box, angle: Math.PI }, size);
  expect([...turned.data.subarray(0, 6)]).toEqual([130, 60, 0, 120, 60, 0]);
  const down = cropLine(
    picture,
    { ...box, width: 4, height: 8, angle: Math.PI / 2 },
    { width: 4, height: 8 },
  );
  expect([...down.data.subarray(0, 6)]).toEqual([130, 30, 0, 130, 40, 0]);
});

test("shrinking takes the mean, and what lies outside repeats the edge", () => {
  const picture = slopes(20, 10);
  const half = { centre: { x: 10, y: 5 }, width: 8, height: 4, angle: 0 };
  expect([...cropLine(picture, half, { width: 4, height: 2 }).data.subarray(0, 3)]).toEqual([65, 35, 0]);
  const outside = { centre: { x: 0, y: 0 }, width: 4, height: 4, angle: 0 };
  expect([...cropLine(picture, outside, { width: 4, height: 4 }).data.subarray(0, 3)]).toEqual([0, 0, 0]);
});
