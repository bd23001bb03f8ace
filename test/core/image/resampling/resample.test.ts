import { describe, expect, test } from "vitest";
import { resample } from "../../../../src/core/image/resampling/resample.ts";
import type { Axis } from "../../../../src/core/image/resampling/resample-weights.ts";
import { randomNumbers } from "../drawing.ts";

const whole = (from: number, to: number): Axis => ({ from, to, offset: 0, length: to });

function picture(width: number, height: number, value: (x: number, y: number, channel: number) => number) {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return value(pixel % width, Math.floor(pixel / width), at % 3);
  });
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

describe("equals the plain arithmetic of the definition, bit for bit", () => {
  const sizes = [
    [97, 61, 31, 44],
    [40, 30, 224, 224],
    [1, 1, 5, 3],
    [3, 200, 7, 11],
    [2000, 5, 13, 9],
    [641, 480, 85, 64],
  ] as const;

  test.each(sizes)("%i x %i to %i x %i", (width, height, toWidth, toHeight) => {
    const random = randomNumbers(width);
    // Black and white noise makes the greatest overshoots.
    const source = picture(width, height, () => (random() < 0.5 ? 0 : 255));
    const out = resample(source, whole(width, toWidth), whole(height, toHeight), "bicubic");
    const narrow = plainPass(source.data, { lines: height, across: [width, toWidth] });
    const turned = transposed(narrow, toWidth, height);
    const expected = plainPass(turned, { lines: toWidth, across: [height, toHeight] });
    expect(Buffer.compare(out, transposed(expected, toHeight, toWidth))).toBe(0);
  });
});

test("halving with the triangle filter weighs neighbours 1:3:3:1, cut at the border", () => {
  const source = picture(4, 1, (x) => [0, 80, 160, 240][x]!);
  const out = resample(source, whole(4, 2), whole(1, 1), "bilinear");
  // (3*0 + 3*80 + 1*160) / 7 and (1*80 + 3*160 + 3*240) / 7
  expect([out[0], out[3]]).toEqual([57, 183]);
});

test("bicubic overshoot at a hard edge is clipped to bytes", () => {
  const source = picture(2, 1, (x) => x * 255);
  const out = resample(source, whole(2, 16), whole(1, 1), "bicubic");
  expect(out[0]).toBe(0);
  expect(out[45]).toBe(255);
});

/** One horizontal pass, straight from the definition of Pillow's resampler. */
function plainPass(
  data: Uint8Array,
  { lines, across }: { lines: number; across: readonly [number, number] },
) {
  const [from, to] = across;
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const out = new Uint8Array(lines * to * 3);
  for (let x = 0; x < to; x++) {
    const centre = (x + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - 2 * stretch + 0.5));
    const stop = Math.min(from, Math.trunc(centre + 2 * stretch + 0.5));
    const taps = Array.from({ length: stop - start }, (_, tap) =>
      keys((start + tap - centre + 0.5) / stretch),
    );
    const sum = taps.reduce((total, weight) => total + weight, 0);
    const fixed = taps.map((weight) => Math.round(Math.abs(weight / sum) * 2 ** 22) * Math.sign(weight));
    for (let line = 0; line < lines; line++) {
      for (let channel = 0; channel < 3; channel++) {
        const mixed = fixed.reduce(
          (total, weight, tap) => total + weight * data[(line * from + start + tap) * 3 + channel]!,
          2 ** 21,
        );
        out[(line * to + x) * 3 + channel] = Math.max(0, Math.min(255, Math.floor(mixed / 2 ** 22)));
      }
    }
  }
  return out;
}

function keys(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
  return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
}

function transposed(data: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        out[(x * height + y) * 3 + channel] = data[(y * width + x) * 3 + channel]!;
      }
    }
  }
  return out;
}
