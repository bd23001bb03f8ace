import { expect, test } from "vitest";
import { SAMPLE_BYTES, type Sample, ShotFinder } from "../../../../src/core/image/film/find-shots.ts";
import { randomNumbers } from "../drawing.ts";

/** A picture of noise: its own for every seed. */
function scene(seed: number): Uint8Array {
  const random = randomNumbers(seed);
  return Uint8Array.from({ length: SAMPLE_BYTES }, () => Math.floor(random() * 256));
}

const mixed = (a: Uint8Array, b: Uint8Array, share: number) =>
  a.map((level, at) => Math.round(level * (1 - share) + (b[at] ?? 0) * share));

const found = (pixels: readonly Uint8Array[], most = 24) => {
  const finder = new ShotFinder();
  for (const [at, each] of pixels.entries()) finder.add({ atMs: 250 * at, pixels: each } satisfies Sample);
  return finder.shots(most).map(({ atMs }) => atMs);
};
const times = (count: number, pixels: Uint8Array) => Array.from({ length: count }, () => pixels);

test("of each shot the first moment that holds still", () => {
  expect(found([...times(4, scene(1)), ...times(4, scene(2))])).toEqual([250, 1250]);
});

test("a dissolve from one scene to the next is none of its own", () => {
  const fade = [0.2, 0.4, 0.6, 0.8].map((share) => mixed(scene(1), scene(2), share));
  expect(found([...times(4, scene(1)), ...fade, ...times(4, scene(2))])).toEqual([250, 2250]);
});

test("a scene that changes by and by is several shots, and one that stays is one", () => {
  const pan = Array.from({ length: 40 }, (_, at) => mixed(scene(1), scene(2), at / 40));
  expect(found(pan).length).toBeGreaterThan(1);
  expect(found(times(400, scene(1)))).toEqual([250]);
});

test("black is left out, unless it is all there is", () => {
  const black = new Uint8Array(SAMPLE_BYTES);
  expect(found([...times(8, black), ...times(8, scene(1)), ...times(8, black)])).toEqual([2250]);
  expect(found(times(8, black))).toEqual([250]);
});

test("a dialogue between two scenes is two shots", () => {
  const dialogue = Array.from({ length: 10 }, (_, at) => times(4, scene(1 + (at % 2)))).flat();
  expect(found(dialogue)).toEqual([250, 1250]);
});

test("of more than may be kept, those most unlike each other", () => {
  const alike = [1, 2, 3].map((step) => mixed(scene(1), scene(9), step / 10));
  const film = [scene(1), ...alike, scene(5), scene(6)].flatMap((each) => times(4, each));
  expect(found(film, 3)).toEqual([250, 4250, 5250]);
});
