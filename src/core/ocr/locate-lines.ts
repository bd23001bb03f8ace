import { decode } from "../image/decode.ts";
import type { OpenPicture } from "../image/open-picture.ts";
import type { RawPicture } from "../image/raw-picture.ts";
import type { Detector } from "./detector.ts";
import { joinLines } from "./join-lines.ts";
import type { OrientedRectangle } from "./min-area-rectangle.ts";
import { longestTileSide, tilesOf } from "./tiles.ts";

/** Longest side, in pixels, of the first look. Most photos hold no text, and this much is enough to see that. */
const GLANCE = 480;
/** Small letters vanish at a glance. Screens and scans are known by their even areas; of 700 photos, 102 have as many. */
const MIN_FLATNESS = 0.6;
const LOOK = 960;
/** Also the size that lines are cut from. */
const CLOSE_LOOK = 1920;
/** Lines this low in the map of a look, in its pixels, come out merged or not at all. */
const MIN_LINE_HEIGHT = 17;

export interface LocatedLines {
  /** Large enough to read them. */
  readonly picture: RawPicture;
  /** In its pixels. */
  readonly boxes: readonly OrientedRectangle[];
}

/** Undefined when there is no text. @throws PictureError */
export async function locateLines(
  opened: OpenPicture,
  detector: Detector,
): Promise<LocatedLines | undefined> {
  const longest = longestTileSide(opened.width, opened.height);
  const glance = await decodeAt(opened, Math.min(1, GLANCE / longest));
  const glimpsed = await detectInTiles(glance, detector, GLANCE);
  if (longest <= GLANCE) return { picture: glance, boxes: glimpsed };
  if (glimpsed.length === 0 && flatness(glance) < MIN_FLATNESS) return undefined;
  const picture = await decodeAt(opened, Math.min(1, CLOSE_LOOK / longest));
  return { picture, boxes: await look(picture, detector) };
}

function decodeAt(opened: OpenPicture, scale: number): Promise<RawPicture> {
  const [width, height] = [opened.width, opened.height].map((side) => Math.max(1, Math.round(side * scale)));
  const reduced = scale < 1 && width && height ? { width, height } : undefined;
  return decode(opened, { reduced, colours: "displayed" });
}

/** The share of pixels like the one before. */
function flatness({ data, width, height }: RawPicture): number {
  let flat = 0;
  for (let at = 3; at < data.length; at += 3) {
    if (isLike(data, at) && isLike(data, at + 1) && isLike(data, at + 2)) flat += 1;
  }
  return flat / (width * height);
}

const isLike = (data: Uint8Array, at: number) => Math.abs((data[at] ?? 0) - (data[at - 3] ?? 0)) <= 1;

async function look(picture: RawPicture, detector: Detector): Promise<OrientedRectangle[]> {
  const boxes = await detectInTiles(picture, detector, LOOK);
  const scale = Math.min(1, LOOK / longestTileSide(picture.width, picture.height));
  const heights = boxes.map(({ height }) => height * scale).sort((a, b) => a - b);
  const median = heights[heights.length >> 1];
  if (scale === 1 || median === undefined || median >= MIN_LINE_HEIGHT) return boxes;
  return detectInTiles(picture, detector, CLOSE_LOOK);
}

async function detectInTiles(
  picture: RawPicture,
  detector: Detector,
  longestSide: number,
): Promise<OrientedRectangle[]> {
  const found: OrientedRectangle[][] = [];
  for (const { picture: part, left, top } of tilesOf(picture)) {
    const boxes = await detector.detect(part, longestSide);
    found.push(boxes.map((box) => ({ ...box, centre: { x: box.centre.x + left, y: box.centre.y + top } })));
  }
  return joinLines(found);
}
