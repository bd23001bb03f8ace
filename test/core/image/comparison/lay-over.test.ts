import { expect, test } from "vitest";
import { type CornerPoint, layOver } from "../../../../src/core/image/comparison/lay-over.ts";
import type { RawPicture } from "../../../../src/core/image/raw-picture.ts";

/** A scene without symmetry, by fractions of its sides. */
const scene = (x: number, y: number): number =>
  Math.round(
    128 + 60 * Math.sin(7 * x + 3 * y) + 50 * Math.cos(11 * y - 2 * x * x) + (x > 0.6 && y < 0.3 ? 60 : 0),
  );

function picture(width: number, height: number, shade: (x: number, y: number) => number): RawPicture {
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      data.fill(
        shade((column + 0.5) / width, (row + 0.5) / height),
        3 * (row * width + column),
        3 * (row * width + column) + 3,
      );
  return { data, width, height };
}

const whole = picture(240, 160, scene);
const near = (point: CornerPoint | undefined, x: number, y: number) => {
  expect(point?.x).toBeCloseTo(x, 1);
  expect(point?.y).toBeCloseTo(y, 1);
};

test("a smaller copy lies on the whole", () => {
  const laid = layOver(whole, picture(120, 80, scene));
  near(laid?.upperLeft, 0, 0);
  near(laid?.upperRight, 1, 0);
  near(laid?.lowerLeft, 0, 1);
});

test("a framed copy reaches beyond the picture by its frame", () => {
  const framed = picture(240, 160, (x, y) =>
    x < 0.1 || x > 0.9 || y < 0.1 || y > 0.9 ? 255 : scene((x - 0.1) / 0.8, (y - 0.1) / 0.8),
  );
  const laid = layOver(whole, framed);
  near(laid?.upperLeft, -0.125, -0.125);
  near(laid?.upperRight, 1.125, -0.125);
  near(laid?.lowerLeft, -0.125, 1.125);
});

test("a part lies where it was cut out", () => {
  const laid = layOver(
    whole,
    picture(180, 120, (x, y) => scene(0.2 + 0.75 * x, 0.1 + 0.75 * y)),
  );
  near(laid?.upperLeft, 0.2, 0.1);
  near(laid?.upperRight, 0.95, 0.1);
  near(laid?.lowerLeft, 0.2, 0.85);
});

test("a turned and a mirrored copy are turned back", () => {
  // Turned clockwise: its upper left corner is the lower left one of the whole.
  const turned = layOver(
    whole,
    picture(160, 240, (x, y) => scene(y, 1 - x)),
  );
  near(turned?.upperLeft, 0, 1);
  near(turned?.upperRight, 0, 0);
  near(turned?.lowerLeft, 1, 1);
  const mirrored = layOver(
    whole,
    picture(240, 160, (x, y) => scene(1 - x, y)),
  );
  near(mirrored?.upperLeft, 1, 0);
  near(mirrored?.upperRight, 0, 0);
});

test("nothing is laid on what it has nothing in common with", () => {
  const noise = picture(200, 200, (x, y) => Math.abs(Math.sin(x * 913.7 + y * 577.3) * 43758) % 256);
  expect(layOver(whole, noise)).toBeUndefined();
});
