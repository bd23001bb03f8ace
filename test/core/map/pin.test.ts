import { expect, test } from "vitest";
import { pinOf } from "../../../src/core/map/pin.ts";
import { imagesInRegion } from "../../../src/core/map/region.ts";
import type { FindAnswer, Fit, Hit, PictureMap } from "../../../src/core/types.ts";
import { idOf, picture } from "../../support/new-image.ts";

/** Three pictures beside each other on the left, two on the right. */
const PLACES = { a: -0.8, b: -0.78, c: -0.76, d: 0.7, e: 0.72 };
const names = Object.keys(PLACES);
const map: PictureMap = {
  version: "1",
  ids: names.map(idOf),
  positions: Float32Array.from(Object.values(PLACES).flatMap((x) => [x, 0.1])),
};

function answer(match: Fit | undefined, hits: readonly (readonly [name: string, fit?: Fit])[]): FindAnswer {
  const hitOf = ([name, fit]: readonly [string, Fit?], at: number): Hit => ({
    ...picture(name),
    tags: [],
    placements: [],
    placementCount: 1,
    addedAt: 1,
    rank: at + 1,
    score: 0.3,
    fit,
    part: { kind: "whole" },
    alike: [],
  });
  return {
    query: "words",
    model: "fake",
    hits: hits.map(hitOf),
    match,
    nextCursor: null,
    searched: names.length,
    notes: [],
  };
}

test("a pin is where most of the best matches lie, and says how many lie elsewhere", async () => {
  const { position, share } = await pinOf(map, answer("good", [["a"], ["d"], ["b"], ["c"]]));
  expect(position?.x).toBeCloseTo(-0.78, 1);
  expect(position?.y).toBeCloseTo(0.1);
  expect(share).toBeGreaterThan(0.6);
  expect(share).toBeLessThan(0.8);
});

test("where nothing fits there is no place, however the nearest ones lie", async () => {
  const { position, share, hits } = await pinOf(map, answer("nothing", [["a"], ["b"]]));
  expect(position).toBeNull();
  expect(share).toBe(0);
  expect(hits).toHaveLength(2);
});

test("hits that most likely do not fit have no part in the place", async () => {
  const { position } = await pinOf(
    map,
    answer("good", [
      ["d", "good"],
      ["a", "nothing"],
      ["b", "nothing"],
      ["c", "nothing"],
    ]),
  );
  expect(position?.x).toBeCloseTo(0.7, 2);
});

test("a region has what lies within it, whatever its shape", async () => {
  const square = [
    { x: -1, y: 0 },
    { x: 0, y: 0 },
    { x: 0, y: 1 },
    { x: -1, y: 1 },
  ];
  expect(await imagesInRegion(map, square)).toEqual(["a", "b", "c"].map(idOf));
  expect(await imagesInRegion(map, [...square].reverse())).toEqual(["a", "b", "c"].map(idOf));
  // A notch from below leaves out what lies in it.
  const notched = [
    square[0],
    { x: -0.79, y: 0 },
    { x: -0.78, y: 0.9 },
    { x: -0.77, y: 0 },
    ...square.slice(1),
  ];
  expect(
    await imagesInRegion(
      map,
      notched.flatMap((corner) => corner ?? []),
    ),
  ).toEqual(["a", "c"].map(idOf));
  expect(await imagesInRegion(map, [])).toEqual([]);
});
