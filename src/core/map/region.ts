import type { ImageId, PictureMap, Position } from "../types.ts";
import { YieldController } from "../yield-controller.ts";

/** The images that lie within a polygon, in the order of the map. */
export async function imagesInRegion(
  { ids, positions }: PictureMap,
  polygon: readonly Position[],
): Promise<ImageId[]> {
  const yielder = new YieldController();
  const inside: ImageId[] = [];
  for (const [at, id] of ids.entries()) {
    if (isInPolygon({ x: positions[2 * at] ?? 0, y: positions[2 * at + 1] ?? 0 }, polygon)) inside.push(id);
    await yielder.yieldIfDue();
  }
  return inside;
}

/** A line from the point to the right crosses the edges of a polygon that it is in an odd number of times. */
function isInPolygon({ x, y }: Position, polygon: readonly Position[]): boolean {
  let isInside = false;
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from && from.y > y !== to.y > y && x < ((from.x - to.x) * (y - to.y)) / (from.y - to.y) + to.x)
      isInside = !isInside;
    from = to;
  }
  return isInside;
}
