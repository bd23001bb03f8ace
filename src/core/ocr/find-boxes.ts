import { minAreaRectangle, type OrientedRectangle, type Point } from "./min-area-rectangle.ts";

/** How likely each pixel belongs to text, row by row. */
export interface TextMap {
  readonly probabilities: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** The detector was trained on lines shrunk by this ratio of their area to their perimeter, as in PP-OCR. */
const UNCLIP_RATIO = 1.6;
/** A pixel of text, as in PP-OCR. */
const MIN_PROBABILITY = 0.3;
/** Mean over a region, as in PP-OCR. */
const MIN_MEAN_PROBABILITY = 0.6;
/** Pixels of the map, before a region is grown: fewer are specks. */
const MIN_SIDE = 3;
/** A region this much taller than wide holds a line that runs down or up, as in PP-OCR. */
const UPRIGHT_RATIO = 1.5;

/** The lines of text in a map, each the rectangle around it in pixels of the map, its `angle` the reading direction or the opposite. */
export function findBoxes(map: TextMap): OrientedRectangle[] {
  return connectedRegions(map)
    .filter(({ sum, pixels }) => sum / pixels >= MIN_MEAN_PROBABILITY)
    .map(({ corners }) => minAreaRectangle(corners))
    .filter(({ width, height }) => Math.min(width, height) >= MIN_SIDE)
    .map((rectangle) => alongLine(grown(rectangle)));
}

function grown({ centre, width, height, angle }: OrientedRectangle): OrientedRectangle {
  const by = (width * height * UNCLIP_RATIO) / (2 * (width + height));
  return { centre, width: width + 2 * by, height: height + 2 * by, angle };
}

/** Turned so that it lies along its line: -45° to 45°, or 45° to 135° for one that stands. */
function alongLine(rectangle: OrientedRectangle): OrientedRectangle {
  const { centre, width, height, angle } = rectangle;
  const quarters = Math.round(angle / (Math.PI / 2));
  const odd = quarters % 2 !== 0;
  const lying = {
    centre,
    width: odd ? height : width,
    height: odd ? width : height,
    angle: angle - quarters * (Math.PI / 2),
  };
  if (lying.height < UPRIGHT_RATIO * lying.width) return lying;
  return { centre, width: lying.height, height: lying.width, angle: lying.angle + Math.PI / 2 };
}

interface Region {
  /** Of the probabilities of its pixels. */
  sum: number;
  pixels: number;
  /** The corners of the ends of each of its rows, which hold its outline. */
  readonly corners: Point[];
}

interface Run {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly label: number;
}

/** Joins runs of text pixels that touch, diagonally too, row by row. */
function connectedRegions({ probabilities, width, height }: TextMap): Region[] {
  const parents: number[] = [];
  const regions: Region[] = [];
  const rootOf = (label: number): number => {
    let root = label;
    for (let parent = parents[root]; parent !== undefined && parent !== root; parent = parents[root])
      root = parent;
    parents[label] = root;
    return root;
  };
  let above: Run[] = [];
  for (let y = 0; y < height; y++) {
    const row: Run[] = [];
    for (let x = 0; x < width; x++) {
      if ((probabilities[y * width + x] ?? 0) <= MIN_PROBABILITY) continue;
      const start = x;
      let sum = 0;
      for (; x < width; x++) {
        const probability = probabilities[y * width + x] ?? 0;
        if (probability <= MIN_PROBABILITY) break;
        sum += probability;
      }
      let label = -1;
      for (const other of above) {
        if (other.start > x) break;
        if (other.end < start) continue;
        const root = rootOf(other.label);
        if (label >= 0) parents[root] = label;
        else label = root;
      }
      if (label < 0) {
        label = parents.length;
        parents.push(label);
        regions.push({ sum: 0, pixels: 0, corners: [] });
      }
      const region = regions[label];
      if (region) {
        region.sum += sum;
        region.pixels += x - start;
        region.corners.push({ x: start, y }, { x, y }, { x: start, y: y + 1 }, { x, y: y + 1 });
      }
      row.push({ start, end: x, label });
    }
    above = row;
  }
  return joined(regions, rootOf);
}

function joined(regions: readonly Region[], rootOf: (label: number) => number): Region[] {
  const wholes = new Map<number, Region>();
  for (const [label, { sum, pixels, corners }] of regions.entries()) {
    const root = rootOf(label);
    const whole = wholes.get(root) ?? { sum: 0, pixels: 0, corners: [] };
    whole.sum += sum;
    whole.pixels += pixels;
    for (const corner of corners) whole.corners.push(corner);
    wholes.set(root, whole);
  }
  return [...wholes.values()];
}
