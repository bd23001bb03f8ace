import type { Route } from "../../ports.ts";
import type { Connection } from "../connection.ts";
import type { JobQueue } from "./job-queue.ts";
import { requeue } from "./requeue.ts";
import { singleItemQueue, WORK_COLUMNS, type WorkRow } from "./work-rows.ts";
import { forgetDeadWorkers } from "./workers.ts";

const FREED_AT_ONCE = 1000;
const LOOKED_AT_AT_ONCE = 64;

/** What a living worker knows that it has; looked at again each time, since it takes and finishes meanwhile. */
export interface HeldWork {
  readonly worker: string;
  readonly ids: ReadonlySet<number>;
  /** While it is, it may have rows that it has not heard of yet. */
  readonly isTaking: () => boolean;
}

/** What dead workers held, and what this one has without knowing: of a take that was cut off it never heard. */
export async function releaseAbandoned(db: Connection, jobs: JobQueue, held: HeldWork): Promise<void> {
  for (;;) {
    // Locked one after another, since a worker that was taken for dead may be storing what it did.
    const routes = await db.rows<{ route: Route }>(
      "SELECT DISTINCT route FROM work WHERE worker IS NOT NULL",
    );
    for (const { route } of routes) await jobs.prepare(singleItemQueue(route));
    const freed = await db.write(async (session) => {
      await forgetDeadWorkers(session);
      const rows = await session.rows<WorkRow>(
        `SELECT ${WORK_COLUMNS} FROM work w WHERE w.worker IS NOT NULL AND (
          NOT EXISTS (SELECT 1 FROM workers x WHERE x.id = w.worker)
          OR ($3 AND w.worker = $1 AND w.id <> ALL($2::bigint[])))
        ORDER BY w.id LIMIT ${FREED_AT_ONCE} FOR UPDATE SKIP LOCKED`,
        [held.worker, [...held.ids], !held.isTaking()],
      );
      await requeue(session, jobs, rows, "alone");
      return rows.length;
    });
    if (freed < FREED_AT_ONCE) return;
  }
}

/** Rows whose job is not there any more, as after a restore. */
export async function requeueLost(db: Connection, jobs: JobQueue, routes: readonly Route[]): Promise<void> {
  const rows = await db.rows<WorkRow>(
    `SELECT ${WORK_COLUMNS} FROM work w WHERE w.worker IS NULL AND w.job IS NOT NULL AND w.route = ANY($1::text[])
    ORDER BY w.since LIMIT ${LOOKED_AT_AT_ONCE}`,
    [routes],
  );
  for (const row of rows) {
    await jobs.prepare(row.queue);
    await db.write(async (session) => {
      const [still] = await session.rows<WorkRow>(
        `SELECT ${WORK_COLUMNS} FROM work w WHERE w.id = $1 AND w.job = $2 AND w.worker IS NULL FOR UPDATE`,
        [row.id, row.job],
      );
      if (still && !(await jobs.has(session, still.queue, still.job)))
        await jobs.send(session, [{ id: still.job, queue: still.queue, work: still.id }]);
    });
  }
}
