import { expect, test } from "vitest";
import { longestTileSide, tilesOf } from "../../../src/core/ocr/tiles.ts";

/** Each pixel holds its own coordinates. */
function picture(width: number, height: number) {
  const data = new Uint8Array(3 * width * height);
  for (let at = 0; at < width * height; at++) data.set([at % 251, at % 241, at % 239], 3 * at);
  return { data, width, height };
}

test.each([
  [100, 80],
  [100, 730],
  [730, 100],
  [64, 5000],
])("every place of a picture of %i x %i is shown by a tile, and each cut by two", (width, height) => {
  const whole = picture(width, height);
  const tiles = tilesOf(whole);
  for (let y = 0; y < height; y += 7) {
    for (let x = 0; x < width; x += 7) {
      const showing = tiles.filter(
        ({ left, top, picture: part }) =>
          x >= left && y >= top && x < left + part.width && y < top + part.height,
      );
      expect(showing.length).toBeGreaterThan(0);
      expect(showing.length).toBeLessThan(3);
      for (const { left, top, picture: part } of showing) {
        const at = 3 * ((y - top) * part.width + x - left);
        const there = 3 * (y * width + x);
        expect(part.data.subarray(at, at + 3)).toEqual(whole.data.subarray(there, there + 3));
      }
    }
  }
  for (const [at, { picture: part, left, top }] of tiles.entries()) {
    expect(Math.max(part.width, part.height)).toBeLessThanOrEqual(
      Math.ceil(longestTileSide(width, height)) + 1,
    );
    expect(part.data).toHaveLength(3 * part.width * part.height);
    const next = tiles[at + 1];
    const shared =
      next && left + part.width - next.left + (top + part.height - next.top) - Math.min(width, height);
    if (shared !== undefined) expect(shared).toBeGreaterThan(0.25 * Math.min(width, height));
  }
});
