import { hostname } from "node:os";
import type { Route, WorkerState } from "../../ports.ts";
import type { WorkerStatus } from "../../types.ts";
import type { Connection, Session } from "../connection.ts";

const LIVES = "seen_at + ttl > clock_timestamp()";

/** Its leases, too, begin like this: whatever they were for, none of them is in use once it is dead. */
export const processName = () => `${hostname()}/${process.pid}/`;

export async function servedRoutes(db: Connection): Promise<Set<Route>> {
  const rows = await db.rows<{ route: Route }>(
    `SELECT DISTINCT unnest(routes) AS route FROM workers WHERE ${LIVES}`,
  );
  return new Set(rows.map(({ route }) => route));
}

export async function recordHeartbeat(
  session: Session,
  { id, ttlMs }: { readonly id: string; readonly ttlMs: number },
  { concurrency, routes, done, failed, perSecond, note }: WorkerState,
): Promise<void> {
  await session.run(
    `INSERT INTO workers AS w (id, host, pid, ttl, concurrency, routes, done, failed, per_second, note)
      VALUES ($1, $2, $3, $4::float8 * interval '1 millisecond', $5, $6, $7, $8, $9, $10)
    ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(), ttl = excluded.ttl, concurrency = excluded.concurrency,
      routes = excluded.routes, done = excluded.done, failed = excluded.failed, per_second = excluded.per_second,
      note = excluded.note`,
    [id, hostname(), process.pid, ttlMs, concurrency, routes, done, failed, perSecond, note],
  );
}

/** Forgets workers that were silent for too long, and what they claimed to be embedding. */
export async function forgetDeadWorkers(session: Session): Promise<void> {
  await session.run(
    `WITH dead AS (
      DELETE FROM workers WHERE id IN (SELECT id FROM workers WHERE NOT (${LIVES}) FOR UPDATE SKIP LOCKED) RETURNING id
    )
    DELETE FROM leases l USING dead d
      WHERE starts_with(l.name, 'embed:') AND starts_with(l.holder, regexp_replace(d.id, '[^/]*$', ''))`,
  );
}

export async function removeWorker(session: Session, id: string): Promise<void> {
  await session.run("DELETE FROM workers WHERE id = $1", [id]);
}

export function liveWorkers(db: Connection): Promise<WorkerStatus[]> {
  return db.rows(
    `SELECT id, host, pid, concurrency, routes, done, failed, per_second AS "perSecond", note,
      extract(epoch FROM clock_timestamp() - started_at)::float8 AS uptime,
      (SELECT count(*) FROM work x WHERE x.worker = w.id) AS active
    FROM workers w WHERE ${LIVES} ORDER BY host, started_at`,
  );
}
