import { expect, test } from "vitest";
import { SlotTable } from "../../../src/core/vector-index/slot-table.ts";
import { seededRandom } from "../../support/random-embeddings.ts";

test("holds what a map would hold, through additions, changes and removals", () => {
  const random = seededRandom(3);
  const table = new SlotTable();
  const map = new Map<number, number>();
  for (let step = 0; step < 50_000; step++) {
    const key = 1 + Math.floor(random() * 20_000) + (random() < 0.1 ? 2 ** 40 : 0);
    if (random() < 0.6) {
      table.set(key, step);
      map.set(key, step);
    } else {
      table.delete(key);
      map.delete(key);
    }
    expect(table.get(key)).toBe(map.get(key));
  }
  expect(table.size).toBe(map.size);
  for (const [key, slot] of map) expect(table.get(key)).toBe(slot);
  for (let key = 1; key <= 25_000; key++) expect(table.has(key)).toBe(map.has(key));
  table.clear();
  expect([table.size, table.has(1)]).toEqual([0, false]);
});
