import type { FindAnswer, ImageId, MapPin, PictureMap } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { type Weighted, weightedPlace } from "./weighted-place.ts";

/** Hits that a pin is placed by. */
export const PIN_HITS = 24;
/** Matches that lie farther away are elsewhere. */
const RADIUS = 0.15;

/** Where the hits of an answer lie: the best ones count most, and those that most likely do not fit not at all. */
export async function pinOf(map: PictureMap, { hits, match }: FindAnswer): Promise<MapPin> {
  if (match === "nothing") return { match, hits, position: null, share: 0 };
  const fitting = hits.filter(({ fit }) => fit !== "nothing");
  const weights = new Map(fitting.map(({ id, rank }) => [id, 1 / (rank + 2)]));
  const place = weightedPlace(await placesOf(map, weights), RADIUS);
  return { match, hits, position: place ? { x: place.x, y: place.y } : null, share: place?.share ?? 0 };
}

async function placesOf(
  { ids, positions }: PictureMap,
  weights: ReadonlyMap<ImageId, number>,
): Promise<Weighted[]> {
  const yielder = new YieldController();
  const found: Weighted[] = [];
  for (const [at, id] of ids.entries()) {
    const weight = weights.get(id);
    if (weight !== undefined)
      found.push({ x: positions[2 * at] ?? 0, y: positions[2 * at + 1] ?? 0, weight });
    await yielder.yieldIfDue();
  }
  return found;
}
