import { describe, expect, test } from "vitest";
import { resample } from "../../../src/core/image/resample.ts";

const whole = (from: number, to: number) => ({ from, to, offset: 0, length: to });

function picture(width: number, height: number, value: (x: number, y: number) => number) {
  const data = new Uint8Array(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    data.fill(value(index % width, Math.floor(index / width)), index * 3, index * 3 + 3);
  }
  return { data, width, height };
}

describe.each(["bicubic", "bilinear"] as const)("%s", (interpolation) => {
  test("keeps one colour as it is at any size", () => {
    const plain = picture(10, 7, () => 173);
    const out = resample(plain, whole(10, 23), whole(7, 3), interpolation);
    expect(out).toHaveLength(23 * 3 * 3);
    expect(out.every((value) => value === 173)).toBe(true);
  });

  test("keeps a picture of the wanted size", () => {
    const source = picture(16, 16, (x, y) => x * 16 + y);
    expect(resample(source, whole(16, 16), whole(16, 16), interpolation)).toEqual(source.data);
  });

  test("a part equals that part of the whole", () => {
    const source = picture(30, 20, (x, y) => (x * 37 + y * 91) % 256);
    const all = resample(source, whole(30, 12), whole(20, 8), interpolation);
    const part = resample(
      source,
      { from: 30, to: 12, offset: 4, length: 5 },
      { from: 20, to: 8, offset: 2, length: 3 },
      interpolation,
    );
    const expected = [2, 3, 4].flatMap((row) => [...all.subarray((row * 12 + 4) * 3, (row * 12 + 9) * 3)]);
    expect([...part]).toEqual(expected);
  });
});

test("halving with the triangle filter weighs four neighbours 1:3:3:1", () => {
  const source = picture(4, 1, (x) => [0, 80, 160, 240][x]!);
  const out = resample(source, whole(4, 2), whole(1, 1), "bilinear");
  // The filter is cut at the border: (3*0 + 3*80 + 1*160) / 7 and (1*80 + 3*160 + 3*240) / 7.
  expect([out[0], out[3]]).toEqual([57, 183]);
});

test("bicubic overshoot at a hard edge is clipped to bytes", () => {
  const source = picture(2, 1, (x) => x * 255);
  const out = resample(source, whole(2, 16), whole(1, 1), "bicubic");
  expect(out[0]).toBe(0);
  expect(out[45]).toBe(255);
});
