import { expect, test } from "vitest";
import { longestTileSide, tilesOf } from "../../../src/core/ocr/tiles.ts";

/** Each pixel holds its own place. */
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
])("every place of a picture of %i x %i belongs to one tile, which shows it", (width, height) => {
  const whole = picture(width, height);
  const tiles = tilesOf(whole);
  for (let y = 0; y < height; y += 7) {
    for (let x = 0; x < width; x += 7) {
      const owners = tiles.filter((tile) => {
        const [left, top] = [x - tile.left, y - tile.top];
        const lies = left >= 0 && top >= 0 && left < tile.picture.width && top < tile.picture.height;
        return lies && tile.owns(left, top);
      });
      expect(owners).toHaveLength(1);
      const [tile] = owners;
      const at = 3 * ((y - (tile?.top ?? 0)) * (tile?.picture.width ?? 0) + x - (tile?.left ?? 0));
      expect(tile?.picture.data.subarray(at, at + 3)).toEqual(
        whole.data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
      );
    }
  }
  for (const { picture: part } of tiles) {
    expect(Math.max(part.width, part.height)).toBeLessThanOrEqual(
      Math.ceil(longestTileSide(width, height)) + 1,
    );
    expect(part.data).toHaveLength(3 * part.width * part.height);
  }
});
