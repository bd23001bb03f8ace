import { minAreaRectangle, type OrientedRectangle, type Point } from "./min-area-rectangle.ts";

/** Parts of one line share at least this much of the lower one's height, across the line and along it. */
const SHARED_ACROSS = 0.5;
const SHARED_ALONG = 0.3;
/** Radians. What is hardly wider than high may be seen as lying by one tile and as standing by another. */
const SAME_DIRECTION = 0.2;

/**
 * The lines that were found in tiles, each list that of one tile, in pixels of the whole picture. What two neighbours
 * see of the same line, since it lies in both or goes on from one into the other, becomes one box.
 */
export function joinLines(found: readonly (readonly OrientedRectangle[])[]): OrientedRectangle[] {
  const groups = new Set<OrientedRectangle[]>();
  let before = new Map<OrientedRectangle, OrientedRectangle[]>();
  for (const boxes of found) {
    const seen = new Map<OrientedRectangle, OrientedRectangle[]>();
    for (const box of boxes) {
      const same = [...before.keys()].filter((other) => isSameLine(other, box));
      const group = [box];
      for (const other of new Set(same.map((one) => before.get(one) ?? [one]))) {
        group.push(...other);
        groups.delete(other);
      }
      groups.add(group);
      for (const known of [before, seen])
        for (const one of known.keys()) if (group.includes(one)) known.set(one, group);
      seen.set(box, group);
    }
    before = seen;
  }
  return [...groups].map(joined);
}

function isSameLine(one: OrientedRectangle, other: OrientedRectangle): boolean {
  const [long, short] = one.width >= other.width ? [one, other] : [other, one];
  const { along, across } = within(long, short.centre);
  if (!isParallel(long, short)) return Math.abs(along) < long.width / 2 && Math.abs(across) < long.height / 2;
  const lower = Math.min(one.height, other.height);
  const sharedAlong = (one.width + other.width) / 2 - Math.abs(along);
  const sharedAcross = (one.height + other.height) / 2 - Math.abs(across);
  return sharedAcross >= SHARED_ACROSS * lower && sharedAlong >= SHARED_ALONG * lower;
}

/** Where a point lies from the centre of a box, in the directions of its sides. */
function within({ centre, angle }: OrientedRectangle, { x, y }: Point) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [x - centre.x, y - centre.y];
  return { along: dx * cos + dy * sin, across: dy * cos - dx * sin };
}

/** Whichever way each is read. */
function isParallel(one: OrientedRectangle, other: OrientedRectangle): boolean {
  const turn = Math.abs(one.angle - other.angle) % Math.PI;
  return Math.min(turn, Math.PI - turn) < SAME_DIRECTION;
}

/** The box around boxes of one line, which lies as the widest of them does. */
function joined(group: readonly OrientedRectangle[]): OrientedRectangle {
  const widest = group.reduce((best, box) => (box.width > best.width ? box : best));
  const along = group.filter((box) => isParallel(widest, box));
  if (along.length === 1) return widest;
  const { centre, width, height, angle } = minAreaRectangle(along.flatMap(cornersOf));
  const quarters = Math.round((widest.angle - angle) / (Math.PI / 2));
  const isTurned = quarters % 2 !== 0;
  return {
    centre,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    angle: angle + quarters * (Math.PI / 2),
  };
}

function cornersOf({ centre, width, height, angle }: OrientedRectangle): Point[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([across = 0, down = 0]) => {
    const [along, aside] = [(across * width) / 2, (down * height) / 2];
    return { x: centre.x + along * cos - aside * sin, y: centre.y + along * sin + aside * cos };
  });
}
