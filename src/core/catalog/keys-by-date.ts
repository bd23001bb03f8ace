import { clocksSetBack } from "../dates/wall-clock.ts";
import type { ImageKey } from "../ports.ts";
import type { Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { FirstByDate } from "./first-by-date.ts";
import { highestKey } from "./image-keys.ts";
import { type ImageFilter, imageFilter, isWanted } from "./keys-in-scope.ts";
import { datedRanges, type PlacementRange, placementRanges } from "./placement-ranges.ts";
import { slices } from "./row-ranges.ts";

type Order = "newest" | "oldest";

/** By the date of the newest visible placement; ties by the first visible path, those without a file last, by key. */
export async function keysByDate(
  db: Connection,
  scope: Scope,
  { order, limit }: { order: Order; limit: number },
): Promise<ImageKey[]> {
  const yielder = new YieldController();
  const filter = await imageFilter(db, scope, yielder);
  const dated = order === "newest" ? datedRanges(scope) : undefined;
  const first = new FirstByDate(order, limit);
  if (dated) {
    for (const range of dated) await takeNewest(db, range, { filter, limit, first, yielder });
  } else {
    await takeAll(db, placementRanges(scope), { filter, first, yielder });
  }
  return first.keys(db, scope, yielder);
}

/** An image that is among the newest of all is also among the newest of the range that holds its newest placement. */
async function takeNewest(
  db: Connection,
  range: PlacementRange,
  {
    filter,
    limit,
    first,
    yielder,
  }: { filter: ImageFilter; limit: number; first: FirstByDate; yielder: YieldController },
): Promise<void> {
  const columns = [range.image, range.date, range.instant ?? "NULL"];
  const reading = { columns, yielder, descending: true, startWith: limit + 1 };
  const taken = new Set<ImageKey>();
  let lowest = Number.POSITIVE_INFINITY;
  for await (const rows of slices<Row>(db, range, reading)) {
    for (const [key, date, instant] of rows) {
      const isFull = taken.size >= limit;
      // Rows with the same date as the last one are kept too: ties are resolved later.
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
  ranges: readonly PlacementRange[],
  { filter, first, yielder }: { filter: ImageFilter; first: FirstByDate; yielder: YieldController },
): Promise<void> {
  const dates = new Float64Array((await highestKey(db)) + 1).fill(Number.NEGATIVE_INFINITY);
  for (const range of ranges) {
    const columns = [range.image, range.date];
    for await (const rows of slices<[key: ImageKey, date: number]>(db, range, { columns, yielder })) {
      for (const [key, date] of rows) if (isWanted(key, filter)) dates[key] = Math.max(dates[key] ?? 0, date);
    }
  }
  for (const [key, date] of dates.entries()) {
    if (key % ROWS_BETWEEN_YIELDS === 0) await yielder.yieldIfDue();
    if (date > Number.NEGATIVE_INFINITY) first.offer({ key, date });
  }
}

const ROWS_BETWEEN_YIELDS = 1024;
