import { randomUUID } from "node:crypto";
import { pathRange } from "../../catalog/scope/path-range.ts";
import type { Route } from "../../ports.ts";
import type { DiscordPlacement, FilePlacement } from "../../types.ts";
import { DISCORD_ROUTE } from "../../work-routes.ts";
import type { Connection, Session } from "../connection.ts";
import { POST_ARRAYS, POST_FIELDS, postArrays } from "../placements.ts";
import type { JobQueue } from "./job-queue.ts";

const FILES_AT_ONCE = 1000;

/** @returns how many did not wait before */
export async function enqueueFiles(
  db: Connection,
  jobs: JobQueue,
  route: Route,
  files: readonly FilePlacement[],
): Promise<number> {
  let added = 0;
  await jobs.prepare(route);
  for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
    const some = files.slice(start, start + FILES_AT_ONCE);
    added += await db.write((session) => enqueueSomeFiles(session, jobs, route, some));
  }
  return added;
}

async function enqueueSomeFiles(
  session: Session,
  jobs: JobQueue,
  route: Route,
  files: readonly FilePlacement[],
): Promise<number> {
  const rows = await session.rows<{ id: number; job: string; isNew: boolean }>(
    `INSERT INTO work (kind, route, queue, job, root, path, bytes, modified_at, changed_at)
      SELECT 'file', $1, $1, n.job, r.id, n.path, n.bytes, n.modified_at, n.changed_at
      FROM unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::float8[], $7::float8[])
        AS n (job, root, path, bytes, modified_at, changed_at)
      JOIN roots r ON digest_of(r.path) = digest_of(n.root) ORDER BY n.path
    ON CONFLICT (digest_of(path)) WHERE path IS NOT NULL DO UPDATE SET bytes = excluded.bytes,
      modified_at = excluded.modified_at, changed_at = excluded.changed_at
    RETURNING id, job, xmax = 0 AS "isNew"`,
    [
      route,
      files.map(() => randomUUID()),
      files.map(({ root }) => root),
      files.map(({ path }) => path),
      files.map(({ bytes }) => bytes),
      files.map(({ modifiedAt }) => modifiedAt),
      files.map(({ changedAt }) => changedAt ?? null),
    ],
  );
  const added = rows.filter(({ isNew }) => isNew);
  await jobs.send(
    session,
    added.map(({ id, job }) => ({ id: job, queue: route, work: id })),
  );
  return added.length;
}

export async function enqueuePosts(
  db: Connection,
  jobs: JobQueue,
  posts: readonly DiscordPlacement[],
): Promise<void> {
  await jobs.prepare(DISCORD_ROUTE);
  await db.write(async (session) => {
    const rows = await session.rows<{ id: number; job: string }>(
      `INSERT INTO work (kind, route, queue, job, ${POST_FIELDS})
        SELECT 'post', '${DISCORD_ROUTE}', '${DISCORD_ROUTE}', n.* FROM unnest($1::uuid[], ${POST_ARRAYS}) AS n
      ON CONFLICT (attachment, message) WHERE message IS NOT NULL DO NOTHING RETURNING id, job`,
      [posts.map(() => randomUUID()), ...postArrays(posts)],
    );
    await jobs.send(
      session,
      rows.map(({ id, job }) => ({ id: job, queue: DISCORD_ROUTE, work: id })),
    );
  });
}

/** @returns how many waited */
export function withdrawFiles(db: Connection, path: string): Promise<number> {
  const { exact, from, to } = pathRange(path);
  return db.write((session) =>
    session.run("DELETE FROM work WHERE path IS NOT NULL AND (path = $1 OR (path >= $2 AND path < $3))", [
      exact,
      from,
      to,
    ]),
  );
}

export async function withdrawPost(db: Connection, messageId: string, attachmentId: string): Promise<void> {
  await db.write((session) =>
    session.run("DELETE FROM work WHERE message IS NOT NULL AND attachment = $2 AND message = $1", [
      messageId,
      attachmentId,
    ]),
  );
}

export async function waitingAttachments(
  db: Connection,
  attachmentIds: readonly string[],
): Promise<Set<string>> {
  const rows = await db.rows<{ attachment: string }>(
    "SELECT attachment FROM work WHERE message IS NOT NULL AND attachment = ANY($1::text[])",
    [attachmentIds],
  );
  return new Set(rows.map(({ attachment }) => attachment));
}
