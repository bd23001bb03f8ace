import { plausibleSpan } from "../dates/plausible-time.ts";
import { clocksSetBack } from "../dates/wall-clock.ts";
import type { ImageKey } from "../ports.ts";
import type { Scope } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { FirstByDate } from "./first-by-date.ts";
import { highestKey } from "./image-keys.ts";
import { type ImageFilter, imageFilter, isWanted } from "./keys-in-scope.ts";
import { datedRanges, type PlacementRange, placementRanges, undatedRanges } from "./placement-ranges.ts";
import { slices } from "./row-ranges.ts";
import { isDated } from "./scope-query.ts";

type Order = "newest" | "oldest";

/**
 * By the date of the newest visible placement; ties by the first visible path, those without a file last, by key. What
 * has no date that can be true comes last in either order.
 */
export async function keysByDate(
  db: Connection,
  scope: Scope,
  { order, limit }: { order: Order; limit: number },
): Promise<ImageKey[]> {
  const yielder = new YieldController();
  const filter = await imageFilter(db, scope, yielder);
  const plausible = isDated(scope) ? scope : { ...scope, ...plausibleSpan() };
  const ranges = order === "newest" ? datedRanges(plausible) : undefined;
  const first = new FirstByDate(order, limit);
  if (ranges) {
    for (const range of ranges) await takeNewest(db, range, { filter, limit, first, yielder });
  } else {
    await takeAll(db, placementRanges(plausible), { filter, first, yielder });
  }
  const keys = await first.keys(db, scope, yielder);
  if (isDated(scope) || keys.length >= limit) return keys;
  return [
    ...keys,
    ...(await undatedKeys(db, scope, { filter, except: keys, limit: limit - keys.length, yielder })),
  ];
}

/** @param except every image in scope that has a date */
async function undatedKeys(
  db: Connection,
  scope: Scope,
  {
    filter,
    except,
    limit,
    yielder,
  }: { filter: ImageFilter; except: readonly ImageKey[]; limit: number; yielder: YieldController },
): Promise<ImageKey[]> {
  const dated = new Set(except);
  const first = new FirstByDate("oldest", limit);
  for (const range of undatedRanges(scope)) {
    for await (const keys of slices<ImageKey>(db, range, { columns: [range.image], yielder })) {
      for (const key of keys) if (!dated.has(key) && isWanted(key, filter)) first.offer({ key, date: 0 });
    }
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
