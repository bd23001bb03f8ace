import { expect, test } from "vitest";
import { Landmarks } from "../../../src/core/map/landmarks.ts";
import { layOut } from "../../../src/core/map/lay-out.ts";
import { placeAmong } from "../../../src/core/map/place-among.ts";
import { weightedPlace } from "../../../src/core/map/weighted-place.ts";
import type { Embedding } from "../../../src/core/types.ts";
import { normal, normalized, randomEmbedding, seededRandom } from "../../support/random-embeddings.ts";
import { trustworthiness } from "../../support/trustworthiness.ts";

const DIMENSIONS = 64;

/** Groups of pictures that share a direction, as those of one kind do. */
function groups(count: number, size: number, seed: number): Embedding[] {
  const random = seededRandom(seed);
  const centres = Array.from({ length: count }, () => randomEmbedding(random, DIMENSIONS));
  return centres.flatMap((centre) =>
    Array.from({ length: size }, () =>
      normalized(centre.map((value) => value + (0.6 * normal(random)) / Math.sqrt(DIMENSIONS))),
    ),
  );
}

const layout = (embeddings: readonly Embedding[]) => layOut(new Landmarks(embeddings), () => undefined);

test("what is near on the plane is near in truth", () => {
  const embeddings = groups(12, 30, 1);
  const places = layout(embeddings);
  expect(trustworthiness(embeddings, places, 10)).toBeGreaterThan(0.95);
  const scattered = embeddings.map((_, at) => embeddings[(at * 7) % embeddings.length] ?? new Float32Array());
  expect(trustworthiness(scattered, places, 10)).toBeLessThan(0.6);
});

test("the same pictures are always laid out alike, within the square, and use it", () => {
  const embeddings = groups(5, 20, 2);
  const places = layout(embeddings);
  expect(layout(embeddings)).toEqual(places);
  expect(Math.max(...places)).toBeCloseTo(1, 5);
  expect(Math.min(...places)).toBeGreaterThanOrEqual(-1.00001);
});

test.each([1, 2, 3, 4, 5, 6, 15, 16, 17])("%i pictures have places", (count) => {
  const places = layout(groups(1, count, 3));
  expect(places).toHaveLength(2 * count);
  expect(places.every((value) => Number.isFinite(value) && Math.abs(value) <= 1.00001)).toBe(true);
});

test("copies are laid out too, all of them near each other", () => {
  const [one = new Float32Array(), other = new Float32Array()] = groups(2, 1, 4);
  const places = layout([...Array(40).fill(one), ...Array(40).fill(other)]);
  expect(places.every(Number.isFinite)).toBe(true);
  const place = weightedPlace(
    Array.from({ length: 40 }, (_, at) => ({
      x: places[2 * at] ?? 0,
      y: places[2 * at + 1] ?? 0,
      weight: 1,
    })),
    0.6,
  );
  expect(place?.share).toBe(1);
});

test("pictures placed among landmarks are near their neighbours, and always in the same place", () => {
  const embeddings = groups(10, 40, 5);
  const isLandmark = (at: number) => at % 2 === 0;
  const landmarks = new Landmarks(embeddings.filter((_, at) => isLandmark(at)));
  const laidOut = layOut(landmarks, () => undefined);
  const place = () =>
    Float32Array.from(
      embeddings.flatMap((embedding, at) =>
        isLandmark(at) ? [laidOut[at] ?? 0, laidOut[at + 1] ?? 0] : placeAmong(landmarks, laidOut, embedding),
      ),
    );
  const places = place();
  const added = [...embeddings.keys()].filter((at) => !isLandmark(at));
  expect(trustworthiness(embeddings, places, 10, added)).toBeGreaterThan(0.93);
  expect(place()).toEqual(places);
});

test("a place is where most of the weight is, not between two groups", () => {
  const group = (x: number, weight: number) =>
    [-0.02, 0, 0.02].map((off) => ({ x: x + off, y: off, weight }));
  const place = weightedPlace([...group(-0.8, 1), ...group(0.8, 2)], 0.1);
  expect(place?.x).toBeCloseTo(0.8);
  expect(place?.y).toBeCloseTo(0);
  expect(place?.share).toBeCloseTo(2 / 3);
  expect(weightedPlace([], 0.1)).toBeUndefined();
  expect(weightedPlace([{ x: 0, y: 0, weight: 0 }], 0.1)).toBeUndefined();
});
