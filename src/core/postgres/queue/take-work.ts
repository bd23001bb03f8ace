import type { Session } from "../connection.ts";
import type { JobQueue } from "./job-queue.ts";
import { ATTEMPTS, giveUp } from "./requeue.ts";
import { WORK_COLUMNS, type WorkRow } from "./work-rows.ts";

/** Rows of one queue for a worker, in the order in which they were put in. */
export async function takeWork(
  session: Session,
  jobs: JobQueue,
  { worker, queue, limit }: { readonly worker: string; readonly queue: string; readonly limit: number },
): Promise<WorkRow[]> {
  const taken = await jobs.take(session, queue, limit);
  if (taken.length === 0) return [];
  const rows = await session.rows<WorkRow>(
    `UPDATE work w SET worker = $1, attempts = w.attempts + 1 FROM unnest($2::bigint[], $3::uuid[]) AS n (id, job)
    WHERE w.id = n.id AND w.job = n.job RETURNING ${WORK_COLUMNS}`,
    [worker, taken.map(({ work }) => work), taken.map(({ id }) => id)],
  );
  const known = new Set(rows.map(({ job }) => job));
  // Their rows were withdrawn, or go by another job now.
  const moot = taken.filter(({ id }) => !known.has(id));
  await jobs.end(
    session,
    moot.map(({ id }) => ({ id, queue })),
  );
  const isSpent = ({ attempts }: WorkRow) => attempts > ATTEMPTS;
  await giveUp(session, jobs, rows.filter(isSpent));
  return rows.filter((row) => !isSpent(row)).sort((a, b) => a.id - b.id);
}
