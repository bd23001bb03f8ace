import { randomUUID } from "node:crypto";
import type { Session } from "../connection.ts";
import { putFailures } from "../files.ts";
import type { JobQueue } from "./job-queue.ts";
import { fileOf, singleItemQueue, type WorkRow } from "./work-rows.ts";

/** What was tried so often is given up. */
export const ATTEMPTS = 4;
/** Multiplied with the attempts so far. */
const TRIED_AGAIN_AFTER_S = 20;
const AWAY_S = 60;

/**
 * Gives rows out again that the transaction has locked, each under a new job, so that whoever had the old one comes too
 * late. What goes out alone or later was tried once, and is given up once that was `ATTEMPTS` times.
 */
export async function requeue(
  session: Session,
  jobs: JobQueue,
  rows: readonly WorkRow[],
  how: "alone" | "later" | "untouched" | "once it is there",
): Promise<void> {
  if (rows.length === 0) return;
  const counts = how === "alone" || how === "later";
  const isSpent = ({ attempts }: WorkRow) => counts && attempts >= ATTEMPTS;
  await giveUp(session, jobs, rows.filter(isSpent));
  const again = rows.filter((row) => !isSpent(row));
  await endJobs(session, jobs, again);
  const sent = again.map((row) => ({
    id: randomUUID(),
    queue: how === "alone" ? singleItemQueue(row.route) : row.queue,
    work: row.id,
    after: how === "later" ? TRIED_AGAIN_AFTER_S * row.attempts : how === "once it is there" ? AWAY_S : 0,
  }));
  await session.run(
    `UPDATE work w SET worker = NULL, job = n.job, queue = n.queue, attempts = greatest(0, w.attempts - $4)
    FROM unnest($1::bigint[], $2::uuid[], $3::text[]) AS n (id, job, queue) WHERE w.id = n.id`,
    [sent.map(({ work }) => work), sent.map(({ id }) => id), sent.map(({ queue }) => queue), counts ? 0 : 1],
  );
  await jobs.send(session, sent);
}

/** A file is recorded as one that failed; of a post, whoever waits for it sees that it is gone; others stay, without a job. */
export async function giveUp(session: Session, jobs: JobQueue, rows: readonly WorkRow[]): Promise<void> {
  if (rows.length === 0) return;
  await endJobs(session, jobs, rows);
  const now = Date.now();
  await putFailures(
    session,
    rows
      .filter(({ kind }) => kind === "file")
      .map(fileOf)
      .map(({ path, root, bytes, modifiedAt, changedAt }) => ({
        ...{ origin: path, root, bytes, modifiedAt, changedAt, at: now },
        code: "crashed-decoder",
        reason: `${ATTEMPTS} workers in turn ended or fell silent while they read it.`,
      })),
  );
  const ids = rows.map(({ id }) => id);
  await session.run("DELETE FROM work WHERE id = ANY($1::bigint[]) AND image IS NULL", [ids]);
  await session.run("UPDATE work SET worker = NULL, job = NULL WHERE id = ANY($1::bigint[])", [ids]);
}

/** @returns how many were under way until now */
export function endJobs(session: Session, jobs: JobQueue, rows: readonly WorkRow[]): Promise<number> {
  return jobs.end(
    session,
    rows.map(({ job, queue }) => ({ id: job, queue })),
  );
}
