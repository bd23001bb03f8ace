import { plausibleSpan } from "../../dates/plausible-time.ts";
import { ReadersClock } from "../../dates/readers-clock.ts";
import type { ImageKey } from "../../ports.ts";
import type { MonthCount, Scope, Timestamp, WallClock } from "../../types.ts";
import { YieldController } from "../../yield-controller.ts";
import type { Connection } from "../connection/connection.ts";
import { highestKey } from "../image-keys.ts";
import { FirstByDate } from "./first-by-date.ts";
import { type ImageFilter, imageFilter, isWanted } from "./keys-in-scope.ts";
import { datedRanges, type PlacementRange, placementRanges, undatedRanges } from "./placement-ranges.ts";
import { slices } from "./row-ranges.ts";
import { all, isDated } from "./scope-query.ts";

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
  const taking = { filter, first, clock: new ReadersClock(), yielder };
  if (ranges) {
    for (const range of ranges) await takeNewest(db, range, { ...taking, limit });
  } else {
    await takeAll(db, placementRanges(plausible), taking);
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
  { limit, ...taking }: Taking & { limit: number },
) {
  const { filter, first, clock, yielder } = taking;
  const reading = { columns: columnsOf(range), yielder, descending: true, startWith: limit + 1 };
  const taken = new Map<ImageKey, WallClock>();
  // A picture may stand at very many places, one after another: each slice leaves out what the ones before settled.
  const parameters = { ...range.parameters, settled: "[]" };
  const where = all([range.where ?? "TRUE", `${range.image} NOT IN (SELECT value FROM json_each(@settled))`]);
  let lowest = Number.POSITIVE_INFINITY;
  for await (const rows of slices<Row>(db, { ...range, where, parameters }, reading)) {
    for (const [key, time, isClock] of rows) {
      const isFull = taken.size >= limit;
      // Rows with the same date as the last one are kept too: ties are resolved later.
      if (isFull && (isClock ? time : clock.latestUpTo(time)) < lowest) return;
      if (!isWanted(key, filter)) continue;
      const date = isClock ? time : clock.at(time);
      const known = taken.get(key);
      if (known !== undefined && known >= date) continue;
      first.offer({ key, date });
      if (isFull) continue;
      taken.set(key, date);
      lowest = Math.min(lowest, date);
    }
    const last = rows.at(-1);
    if (last === undefined || taken.size > MOST_SETTLED) continue;
    const latest = last[2] ? last[1] : clock.latestUpTo(last[1]);
    parameters.settled = JSON.stringify([...taken].flatMap(([key, date]) => (date >= latest ? key : [])));
  }
}

/** More would take longer to leave out than to read; pictures at very many places are among the first. */
const MOST_SETTLED = 1000;

interface Taking {
  readonly filter: ImageFilter;
  readonly first: FirstByDate;
  readonly clock: ReadersClock;
  readonly yielder: YieldController;
}

type Row = [key: ImageKey, time: WallClock | Timestamp, isClock: number];

const columnsOf = ({ image, date, isClock }: PlacementRange) => [image, date, isClock];

async function takeAll(
  db: Connection,
  ranges: readonly PlacementRange[],
  { filter, first, clock, yielder }: Taking,
): Promise<void> {
  const dates = await newestDates(db, ranges, { filter, clock, yielder });
  for (const [key, date] of dates.entries()) {
    if (key % ROWS_BETWEEN_YIELDS === 0) await yielder.yieldIfDue();
    if (date > Number.NEGATIVE_INFINITY) first.offer({ key, date });
  }
}

/** By key; minus infinity where there is none. */
async function newestDates(
  db: Connection,
  ranges: readonly PlacementRange[],
  { filter, clock, yielder }: Omit<Taking, "first">,
): Promise<Float64Array> {
  const dates = new Float64Array((await highestKey(db)) + 1).fill(Number.NEGATIVE_INFINITY);
  for (const range of ranges) {
    for await (const rows of slices<Row>(db, range, { columns: columnsOf(range), yielder })) {
      for (const [key, time, isClock] of rows) {
        if (isWanted(key, filter)) dates[key] = Math.max(dates[key] ?? 0, isClock ? time : clock.at(time));
      }
    }
  }
  return dates;
}

const ROWS_BETWEEN_YIELDS = 1024;

/** By the newest visible placement; what has no date that can be true is left out. */
export async function countMonths(db: Connection, scope: Scope): Promise<MonthCount[]> {
  const yielder = new YieldController();
  const filter = await imageFilter(db, scope, yielder);
  const plausible = isDated(scope) ? scope : { ...scope, ...plausibleSpan() };
  const taking = { filter, clock: new ReadersClock(), yielder };
  const dates = await newestDates(db, placementRanges(plausible), taking);
  const counts = new Map<string, number>();
  for (const [key, date] of dates.entries()) {
    if (key % ROWS_BETWEEN_YIELDS === 0) await yielder.yieldIfDue();
    if (date === Number.NEGATIVE_INFINITY) continue;
    // Where the scope has no files, posts are compared as instants.
    const month = monthOf(scope.files === "none" ? taking.clock.at(date) : date);
    counts.set(month, (counts.get(month) ?? 0) + 1);
  }
  return [...counts]
    .map(([month, images]) => ({ month, images }))
    .sort((a, b) => (a.month < b.month ? -1 : 1));
}

const monthOf = (wallClock: WallClock) => new Date(wallClock).toISOString().slice(0, 7);
