import type { RawPicture } from "../image/raw-picture.ts";

/** A part of a picture along its longer side. */
export interface Tile {
  readonly picture: RawPicture;
  /** Where it begins in the whole. */
  readonly left: number;
  readonly top: number;
}

/** Longer pictures are cut into parts, so that scaling one to what the detector sees leaves its text readable. */
const MAX_RATIO = 2;
/**
 * Tiles overlap by this much of the shorter side, on each side of a cut: of a line along the cut one tile sees all, and of
 * one across it each sees enough of what the other does to know that it is one line (join-lines.ts).
 */
const OVERLAP = 0.15;

/** How many tiles a picture of this size has. */
const tileCount = (width: number, height: number): number =>
  Math.ceil(Math.max(width, height) / (MAX_RATIO * Math.min(width, height)));

/** The longest side of a picture's tiles. */
export function longestTileSide(width: number, height: number): number {
  const count = tileCount(width, height);
  const longer = Math.max(width, height) / count;
  const overlap = count > 1 ? 2 * OVERLAP * Math.min(width, height) : 0;
  return Math.max(longer + overlap, Math.min(width, height));
}

/** Each overlaps the one before. */
export function tilesOf(picture: RawPicture): Tile[] {
  const { width, height } = picture;
  const count = tileCount(width, height);
  if (count === 1) return [{ picture, left: 0, top: 0 }];
  const isTall = height > width;
  const long = isTall ? height : width;
  const overlap = OVERLAP * Math.min(width, height);
  return Array.from({ length: count }, (_, at) => {
    const from = Math.max(0, Math.floor((at * long) / count - overlap));
    const to = Math.min(long, Math.ceil(((at + 1) * long) / count + overlap));
    return isTall
      ? { picture: rows(picture, from, to), left: 0, top: from }
      : { picture: columns(picture, from, to), left: from, top: 0 };
  });
}

const rows = ({ data, width }: RawPicture, from: number, to: number): RawPicture => ({
  data: data.subarray(3 * width * from, 3 * width * to),
  width,
  height: to - from,
});

function columns({ data, width, height }: RawPicture, from: number, to: number): RawPicture {
  const cut = new Uint8Array(3 * (to - from) * height);
  for (let y = 0; y < height; y++)
    cut.set(data.subarray(3 * (y * width + from), 3 * (y * width + to)), 3 * y * (to - from));
  return { data: cut, width: to - from, height };
}
