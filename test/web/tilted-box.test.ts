import { describe, expect, test } from "vitest";
import { tiltedBox } from "../../src/web/client/light-box/tilted-box.ts";

const PICTURE = { width: 1000, height: 500 };

/** The upright rectangle around a line of this size, as the reader gives it. */
function around(length: number, thickness: number, degrees: number) {
  const [cos, sin] = [
    Math.abs(Math.cos((degrees * Math.PI) / 180)),
    Math.abs(Math.sin((degrees * Math.PI) / 180)),
  ];
  const [width, height] = [cos * length + sin * thickness, sin * length + cos * thickness];
  return { x: 0.2, y: 0.1, width: width / PICTURE.width, height: height / PICTURE.height };
}

describe("where a line of text stands", () => {
  test.each([0, 8, -20, 90, -97, 180, 172])(
    "a line turned by %d° has its own length and height",
    (degrees) => {
      const box = around(300, 40, degrees);
      const tilted = tiltedBox(box, degrees, PICTURE);
      expect(tilted.width * PICTURE.width).toBeCloseTo(300);
      expect(tilted.height * PICTURE.height).toBeCloseTo(40);
      expect(tilted.x + tilted.width / 2).toBeCloseTo(box.x + box.width / 2);
      expect(tilted.y + tilted.height / 2).toBeCloseTo(box.y + box.height / 2);
      expect(tilted.degrees).toBe(degrees);
    },
  );

  test.each([45, -50, 135])("at %d° the upright rectangle stays, which says no more", (degrees) => {
    const box = around(300, 40, degrees);
    expect(tiltedBox(box, degrees, PICTURE)).toEqual({ ...box, degrees: 0 });
  });

  test("a rectangle that no line of this tilt has is shown as it is", () => {
    const box = { x: 0, y: 0, width: 0.5, height: 0.01 };
    expect(tiltedBox(box, 20, PICTURE)).toEqual({ ...box, degrees: 0 });
  });
});
