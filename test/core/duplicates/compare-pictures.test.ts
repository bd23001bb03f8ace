import { expect, test } from "vitest";
import { comparePictures } from "../../../src/core/duplicates/compare-pictures.ts";
import { isSamePicture } from "../../../src/core/duplicates/sameness.ts";
import { prepareFingerprint } from "../../../src/core/image/perceptual-hash.ts";
import type { RawPicture } from "../../../src/core/image/raw-picture.ts";
import { blended, fingerprint, framed, mirrored, painted } from "./painted.ts";

const ready = (picture: RawPicture) => prepareFingerprint(fingerprint(picture));
const compared = (a: RawPicture, b: RawPicture) => comparePictures(ready(a), ready(b));
const same = (a: RawPicture, b: RawPicture, agreed = false) => isSamePicture(compared(a, b), () => agreed);

test("a picture in a frame is the picture, also turned and in both directions", () => {
  expect(same(painted(1), framed(painted(1)))).toBe(true);
  expect(same(framed(painted(1)), painted(1))).toBe(true);
  expect(same(framed(painted(1)), mirrored(painted(1)))).toBe(true);
});

test("frames that are alike do not make the pictures in them the same", () => {
  for (const seed of [2, 3, 4, 5, 6, 7, 8]) {
    expect(same(framed(painted(1)), framed(painted(seed)), true), `seed ${seed}`).toBe(false);
  }
  expect(compared(framed(painted(1)), framed(painted(2))).layoutOnly).toBe(true);
  expect(same(framed(painted(1)), framed(blended(painted(1), painted(2), 0.05)))).toBe(true);
});

test("the comparison is the same from either side", () => {
  for (const [a, b] of [
    [1, 2],
    [3, 4],
  ] as const) {
    const mixed = blended(painted(a), painted(b), 0.4);
    expect(compared(painted(a), mixed).distance).toBe(compared(mixed, painted(a)).distance);
  }
});
