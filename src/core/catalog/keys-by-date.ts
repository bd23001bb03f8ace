import { clocksSetBack } from "../dates/wall-clock.ts";
import type { ImageKey } from "../ports.ts";
import type { Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { FirstByDate } from "./first-by-date.ts";
import { highestKey } from "./image-keys.ts";
import { type ImageFilter, imageFilter, isWanted } from "./keys-in-scope.ts";
import { datedStretches, type PlacementStretch, placementStretches } from "./placement-stretches.ts";
import { slices } from "./stretches.ts";

type Order = "newest" | "oldest";

/** By the date of the newest visible placement; ties by the first visible path, those without a file last, by key. */
export async function keysByDate(
  db: Connection,
  scope: Scope,
  { order, limit }: { order: Order; limit: number },
): Promise<ImageKey[]> {
  const turns = new YieldController();
  const filter = await imageFilter(db, scope, turns);
  const dated = order === "newest" ? datedStretches(scope) : undefined;
  const first = new FirstByDate(order, limit);
  if (dated) {
    for (const stretch of dated) await takeNewest(db, stretch, { filter, limit, first, turns });
  } else {
    await takeAll(db, placementStretches(scope), { filter, first, turns });
  }
  return first.keys(db, scope, turns);
}

/** An image that is among the newest of all is also among the newest of the stretch with its newest placement. */
async function takeNewest(
  db: Connection,
  stretch: PlacementStretch,
  {
    filter,
    limit,
    first,
    turns,
  }: { filter: ImageFilter; limit: number; first: FirstByDate; turns: YieldController },
): Promise<void> {
  const columns = [stretch.image, stretch.date, stretch.instant ?? "NULL"];
  const reading = { columns, turns, descending: true, startWith: limit + 1 };
  const taken = new Set<ImageKey>();
  let lowest = Number.POSITIVE_INFINITY;
  for await (const rows of slices<Row>(db, stretch, reading)) {
    for (const [key, date, instant] of rows) {
      const isFull = taken.size >= limit;
      // Those of the same date as the last one wanted come along: which of them go first is not decided here.
      if (isFull && newestFrom(date, instant) < lowest) return;
      if (!isWanted(key, filter)) continue;
      first.offer({ key, date });
      if (isFull) continue;
      taken.add(key);
      lowest = Math.min(lowest, date);
    }
  }
}

type Row = [key: ImageKey, date: number, instant: number | null];

/** No date of the rows from here on is later: of instants an hour apart, the earlier may show the later clock. */
const newestFrom = (date: number, instant: number | null) =>
  instant === null ? date : date + clocksSetBack(instant);

async function takeAll(
  db: Connection,
  stretches: readonly PlacementStretch[],
  { filter, first, turns }: { filter: ImageFilter; first: FirstByDate; turns: YieldController },
): Promise<void> {
  const dates = new Float64Array((await highestKey(db)) + 1).fill(Number.NEGATIVE_INFINITY);
  for (const stretch of stretches) {
    const columns = [stretch.image, stretch.date];
    for await (const rows of slices<[key: ImageKey, date: number]>(db, stretch, { columns, turns })) {
      for (const [key, date] of rows) if (isWanted(key, filter)) dates[key] = Math.max(dates[key] ?? 0, date);
    }
  }
  for (const [key, date] of dates.entries()) {
    if (key % ROWS_BETWEEN_TURNS === 0) await turns.yieldIfDue();
    if (date > Number.NEGATIVE_INFINITY) first.offer({ key, date });
  }
}

const ROWS_BETWEEN_TURNS = 1024;
