import { expect, test } from "vitest";
import { justify } from "../../src/web/client/gallery/justify.ts";

const picture = (width: number, height: number) => ({ width, height });
const options = { width: 1000, height: 200, gap: 10 };
const widthOf = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width + 10, -10);

test("rows fill the width, follow each other, and hold every picture once", () => {
  const pictures = Array.from({ length: 500 }, (_, at) =>
    picture(300 + ((at * 97) % 700), 300 + ((at * 61) % 500)),
  );
  const rows = justify(pictures, options);
  let [first, top] = [0, 0];
  for (const row of rows.slice(0, -1)) {
    expect(row.first).toBe(first);
    expect(row.top).toBeCloseTo(top);
    expect(widthOf(row.widths)).toBeCloseTo(1000);
    expect(row.height).toBeLessThanOrEqual(200);
    first += row.widths.length;
    top += row.height + 10;
  }
  expect(first + (rows.at(-1)?.widths.length ?? 0)).toBe(500);
});

test("the last row keeps the height of the others", () => {
  expect(justify([picture(400, 400)], options)).toEqual([{ first: 0, top: 0, height: 200, widths: [200] }]);
});

test("a panorama and a strip take no screen of their own", () => {
  const [panorama] = justify([picture(20_000, 500)], { ...options, width: 300 });
  expect(panorama?.height).toBe(100);
  const [strip] = justify([picture(100, 20_000)], options);
  expect(strip?.widths).toEqual([80]);
});

test("no pictures, no rows", () => expect(justify([], options)).toEqual([]));
