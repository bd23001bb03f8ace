import { expect, test } from "vitest";
import { sortInSlices } from "../../src/core/sort-in-slices.ts";
import { YieldController } from "../../src/core/yield-controller.ts";
import { seededRandom } from "../support/random-embeddings.ts";

test.each([0, 1, 1023, 1024, 1025, 2048, 5000])(
  "%i items are sorted as by toSorted, stably",
  async (length) => {
    const random = seededRandom(length);
    const items = Array.from({ length }, (_, at) => ({ rank: Math.floor(random() * 50), at }));
    const byRank = (a: { rank: number }, b: { rank: number }) => a.rank - b.rank;
    const expected = items.slice().sort(byRank);
    expect(await sortInSlices(items, byRank, new YieldController())).toEqual(expected);
  },
);
