import { expect, test } from "vitest";
import { balancedColumns } from "../../src/components/balanced-columns.ts";

test.each([
  [0, 5, 1],
  [3, 5, 3],
  [5, 5, 5],
  [6, 5, 3],
  [7, 5, 4],
  [10, 5, 5],
  [11, 5, 4],
  [13, 6, 5],
  [3, 2, 2],
  [8, 3, 3],
])("%i pictures, at most %i beside each other: %i columns", (count, most, columns) => {
  expect(balancedColumns(count, most)).toBe(columns);
});

test("no picture is alone in its row where another number of columns, three at least, avoids it", () => {
  for (const most of [4, 5, 6])
    for (let count = 2; count < 200; count += 1) {
      const possible = Array.from({ length: most }, (_, at) => at + 1).filter(
        (columns) => columns >= most / 2,
      );
      const alone = (columns: number) => count % columns === 1;
      if (possible.some((columns) => !alone(columns)))
        expect(alone(balancedColumns(count, most)), `${count} in ${most}`).toBe(false);
    }
});
