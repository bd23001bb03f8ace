import { dateParameters } from "../catalog/scope/scope-query.ts";
import { plausibleSpan } from "../dates/plausible-time.ts";
import { ReadersClock } from "../dates/readers-clock.ts";
import type { ImageKey } from "../ports.ts";
import type { MonthCount, Scope, Timestamp, WallClock } from "../types.ts";
import type { Connection } from "./connection.ts";
import { fileDates, hasImageFilter, postDates, scopeConditions } from "./scope-conditions.ts";
import { placementBranches } from "./shown-images.ts";
import { all, Values } from "./values.ts";

interface Ordering {
  readonly order: "newest" | "oldest";
  readonly limit: number;
}

/** Placements read along an index for each image that is wanted, at first and at most. */
const DEPTH = { first: 4, growth: 8, most: 65_536 };

/**
 * By the date of the newest visible placement; ties by the first visible path, those without a file last, by key. What
 * has no date that can be true comes last in either order.
 */
export async function keysByDate(db: Connection, scope: Scope, ordering: Ordering): Promise<ImageKey[]> {
  const { order, limit } = ordering;
  const isAlongIndex = order === "newest" && isWide(scope);
  for (let depth = DEPTH.first * limit; isAlongIndex && depth <= DEPTH.most; depth *= DEPTH.growth) {
    const { images, isAll } = await newestPlaced(db, scope, depth);
    if (images.length >= limit) return inOrder(db, scope, ordering, images);
    if (isAll) break;
  }
  return inOrder(db, scope, ordering);
}

/** Whether most of what lies along the indexes of dates is in scope. */
const isWide = (scope: Scope): boolean =>
  typeof scope.files === "string" && typeof scope.discord === "string" && !hasImageFilter(scope);

/** @param among every image that can be in the answer; absent for all that the scope shows */
async function inOrder(
  db: Connection,
  scope: Scope,
  { order, limit }: Ordering,
  among?: readonly ImageKey[],
): Promise<ImageKey[]> {
  const values = new Values();
  // Where the scope has no files, posts are compared as instants.
  const dated = datedPlacements(scope, values, { asClock: scope.files !== "none", among });
  if (dated === undefined) return [];
  const rows = await db.rows<{ image: ImageKey }>(
    `SELECT s.image FROM ${dated} GROUP BY s.image
    ORDER BY max(s.date) ${order === "newest" ? "DESC" : "ASC"} NULLS LAST, min(s.path COLLATE "C") NULLS LAST, s.image
    LIMIT ${Number.isFinite(limit) ? values.bind(limit) : "ALL"}`,
    values.list,
  );
  return rows.map(({ image: key }) => key);
}

/**
 * Images whose newest placement in scope is newer than all that was left unread, when of each kind of placement the
 * newest are read: ties at the end included.
 */
async function newestPlaced(
  db: Connection,
  scope: Scope,
  depth: number,
): Promise<{ images: ImageKey[]; isAll: boolean }> {
  const clock = new ReadersClock();
  const newest = new Map<ImageKey, WallClock>();
  let [unread, isAll] = [Number.NEGATIVE_INFINITY, true];
  for (const isClock of [true, false]) {
    const placed = await placedByDate(db, scope, { isClock, depth });
    for (const { image, time } of placed) {
      const date = isClock ? time : clock.at(time);
      newest.set(image, Math.max(date, newest.get(image) ?? date));
    }
    const last = placed.at(-1);
    if (last === undefined || placed.length < depth) continue;
    isAll = false;
    unread = Math.max(unread, isClock ? last.time : clock.latestUpTo(last.time));
  }
  return { images: [...newest].flatMap(([image, date]) => (date > unread ? image : [])), isAll };
}

interface Placed {
  readonly image: ImageKey;
  readonly time: WallClock | Timestamp;
}

/** The newest placements whose dates are those of a clock, or instants. Where the scope has no files, posts are compared as instants. */
async function placedByDate(
  db: Connection,
  scope: Scope,
  { isClock, depth }: { readonly isClock: boolean; readonly depth: number },
): Promise<Placed[]> {
  const values = new Values();
  const { sinceClock, sinceInstant, untilClock, untilInstant } = dateParameters({
    ...scope,
    ...plausibleSpan(),
  });
  const between = (date: string, since: number | undefined, until: number | undefined) =>
    `${date} >= ${values.bind(since)}::float8 AND ${date} < ${values.bind(until)}::float8`;
  // A value that is bound must be used, so posts are left out before their conditions are made.
  const hasPosts = isClock === (scope.files === "none");
  const branches = placementBranches(hasPosts ? scope : { ...scope, discord: "none" }, values).map(
    ({ kind, where }) => {
      if (kind === "file") {
        const dates = isClock
          ? `f.is_clock AND ${between("f.date", sinceClock, untilClock)}`
          : `NOT f.is_clock AND ${between("f.date", sinceInstant, untilInstant)}`;
        return `SELECT f.image, f.date AS time FROM files f WHERE ${all([where, dates])}`;
      }
      const dates = between("p.posted_at", sinceInstant, untilInstant);
      return `SELECT p.image, p.posted_at AS time FROM posts p WHERE ${all([where, dates])}`;
    },
  );
  if (branches.length === 0) return [];
  const limit = values.bind(depth);
  const newest = branches.map((branch) => `(${branch} ORDER BY time DESC LIMIT ${limit})`);
  return db.rows<Placed>(
    `SELECT * FROM (${newest.join(" UNION ALL ")}) s ORDER BY s.time DESC LIMIT ${limit}`,
    values.list,
  );
}

/** By the newest visible placement; what has no date that can be true is left out. */
export async function countMonths(db: Connection, scope: Scope): Promise<MonthCount[]> {
  const values = new Values();
  const dated = datedPlacements(scope, values, { asClock: true });
  if (dated === undefined) return [];
  return db.rows<MonthCount>(
    `SELECT to_char(to_timestamp(n.date / 1000) AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS images
    FROM (SELECT max(s.date) AS date FROM ${dated} GROUP BY s.image) n
    WHERE n.date IS NOT NULL GROUP BY month ORDER BY month`,
    values.list,
  );
}

/**
 * SQL: rows `s` of images, paths and dates, of every placement that the scope shows; the date is null where it cannot be
 * true. Undefined when the scope shows none.
 */
function datedPlacements(
  scope: Scope,
  values: Values,
  { asClock, among }: { readonly asClock: boolean; readonly among?: readonly ImageKey[] | undefined },
): string | undefined {
  const zone = values.bind(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const plausible: Scope = { ...scope, ...plausibleSpan() };
  const clockOf = (instant: string) => readersClock(instant, zone);
  const isAmong = (image: string) => among !== undefined && `${image} = ANY(${values.bind(among)}::bigint[])`;
  const branches = placementBranches(scope, values).map(({ kind, where }) =>
    kind === "file"
      ? `SELECT f.image, f.path, CASE WHEN NOT (${fileDates(plausible, values)}) THEN NULL
          WHEN f.is_clock THEN f.date ELSE ${clockOf("f.date")} END AS date FROM files f WHERE ${all([where, isAmong("f.image")])}`
      : `SELECT p.image, NULL AS path, CASE WHEN ${postDates(plausible, values)}
          THEN ${asClock ? clockOf("p.posted_at") : "p.posted_at"} END AS date FROM posts p WHERE ${all([where, isAmong("p.image")])}`,
  );
  if (branches.length === 0) return undefined;
  const { image } = scopeConditions(scope, values);
  return `(${branches.join(" UNION ALL ")}) s WHERE ${image("s.image")} AND ${zone}::text IS NOT NULL`;
}

/** SQL: what the clock in this process's zone shows at an instant; both are milliseconds. */
const readersClock = (instant: string, zone: string) =>
  `(extract(epoch FROM to_timestamp(${instant} / 1000) AT TIME ZONE ${zone}) * 1000)::double precision`;
