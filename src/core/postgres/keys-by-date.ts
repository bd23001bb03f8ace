import { plausibleSpan } from "../dates/plausible-time.ts";
import type { ImageKey } from "../ports.ts";
import type { MonthCount, Scope } from "../types.ts";
import type { Connection } from "./connection.ts";
import { fileDates, postDates, scopeConditions } from "./scope-conditions.ts";
import { placementBranches } from "./shown-images.ts";
import { Values } from "./values.ts";

/**
 * By the date of the newest visible placement; ties by the first visible path, those without a file last, by key. What
 * has no date that can be true comes last in either order.
 */
export async function keysByDate(
  db: Connection,
  scope: Scope,
  { order, limit }: { readonly order: "newest" | "oldest"; readonly limit: number },
): Promise<ImageKey[]> {
  const values = new Values();
  // Where the scope has no files, posts are compared as instants.
  const dated = datedPlacements(scope, values, scope.files !== "none");
  if (dated === undefined) return [];
  const rows = await db.rows<{ image: ImageKey }>(
    `SELECT s.image FROM ${dated} GROUP BY s.image
    ORDER BY max(s.date) ${order === "newest" ? "DESC" : "ASC"} NULLS LAST, min(s.path COLLATE "C") NULLS LAST, s.image
    LIMIT ${Number.isFinite(limit) ? values.bind(limit) : "ALL"}`,
    values.list,
  );
  return rows.map(({ image: key }) => key);
}

/** By the newest visible placement; what has no date that can be true is left out. */
export async function countMonths(db: Connection, scope: Scope): Promise<MonthCount[]> {
  const values = new Values();
  const dated = datedPlacements(scope, values, true);
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
function datedPlacements(scope: Scope, values: Values, asClock: boolean): string | undefined {
  const zone = values.bind(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const plausible: Scope = { ...scope, ...plausibleSpan() };
  const clockOf = (instant: string) => readersClock(instant, zone);
  const branches = placementBranches(scope, values).map(({ kind, where }) =>
    kind === "file"
      ? `SELECT f.image, f.path, CASE WHEN NOT (${fileDates(plausible, values)}) THEN NULL
          WHEN f.is_clock THEN f.date ELSE ${clockOf("f.date")} END AS date FROM files f WHERE ${where}`
      : `SELECT p.image, NULL AS path, CASE WHEN ${postDates(plausible, values)}
          THEN ${asClock ? clockOf("p.posted_at") : "p.posted_at"} END AS date FROM posts p WHERE ${where}`,
  );
  if (branches.length === 0) return undefined;
  const { image } = scopeConditions(scope, values);
  return `(${branches.join(" UNION ALL ")}) s WHERE ${image("s.image")} AND ${zone}::text IS NOT NULL`;
}

/** SQL: what the clock in this process's zone shows at an instant; both are milliseconds. */
const readersClock = (instant: string, zone: string) =>
  `(extract(epoch FROM to_timestamp(${instant} / 1000) AT TIME ZONE ${zone}) * 1000)::double precision`;
