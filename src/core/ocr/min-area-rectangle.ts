export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle that may be turned. */
export interface OrientedRectangle {
  readonly centre: Point;
  /** Along the direction of `angle`. */
  readonly width: number;
  readonly height: number;
  /** Radians, clockwise as y points down. */
  readonly angle: number;
}

/** The smallest rectangle around these points; one of its sides lies on a side of their convex hull. */
export function minAreaRectangle(points: readonly Point[]): OrientedRectangle {
  const hull = convexHull(points);
  let smallest: OrientedRectangle | undefined;
  for (const [at, from] of hull.entries()) {
    const to = hull[(at + 1) % hull.length] ?? from;
    const around = rectangleAlong(hull, Math.atan2(to.y - from.y, to.x - from.x));
    if (!smallest || around.width * around.height < smallest.width * smallest.height) smallest = around;
  }
  return smallest ?? { centre: { x: 0, y: 0 }, width: 0, height: 0, angle: 0 };
}

function rectangleAlong(hull: readonly Point[], angle: number): OrientedRectangle {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of hull) {
    const [along, across] = [x * cos + y * sin, y * cos - x * sin];
    left = Math.min(left, along);
    right = Math.max(right, along);
    top = Math.min(top, across);
    bottom = Math.max(bottom, across);
  }
  const [along, across] = [(left + right) / 2, (top + bottom) / 2];
  return {
    centre: { x: along * cos - across * sin, y: along * sin + across * cos },
    width: right - left,
    height: bottom - top,
    angle,
  };
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const lower = halfHull(sorted);
  const upper = halfHull(sorted.reverse());
  return [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

function halfHull(sorted: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of sorted) {
    while (hull.length >= 2 && !turnsLeft(hull.at(-2), hull.at(-1), point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

function turnsLeft(a: Point | undefined, b: Point | undefined, c: Point): boolean {
  return !a || !b || (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0;
}
