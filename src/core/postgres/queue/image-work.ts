import type { Route, WantedModel } from "../../ports.ts";
import type { EmbeddingSpace } from "../../types.ts";
import { DISCORD_ROUTE, embeddingIn, READING } from "../../work-routes.ts";
import type { Connection } from "../connection.ts";
import { allRoots } from "../roots.ts";
import type { JobQueue } from "./job-queue.ts";
import { allVolumes, routeOf } from "./volumes.ts";

const VECTORS_AT_ONCE = 1000;

/** @returns how many were added, at most `limit` */
export function enqueueTexts(
  db: Connection,
  jobs: JobQueue,
  routes: readonly Route[],
  limit: number,
): Promise<number> {
  const waiting = "SELECT q.image FROM reading_queue q";
  return enqueueImages(db, jobs, { kind: "text", routes, suffix: READING, waiting, limit });
}

/** Those that lack an embedding in the space. @returns how many wait now */
export async function enqueueVectors(
  db: Connection,
  jobs: JobQueue,
  { model, space }: WantedModel,
  routes: readonly Route[],
): Promise<number> {
  const suffix = embeddingIn(space);
  const request: ImageWork = {
    kind: "vector",
    routes: routes.map((route) => route + suffix),
    suffix,
    waiting: `SELECT i.key AS image FROM images i WHERE NOT EXISTS (SELECT 1 FROM vectors v
      WHERE v.image = i.key AND v.space = (SELECT s.id FROM spaces s WHERE s.name = $7))`,
    limit: VECTORS_AT_ONCE,
    model,
    space,
  };
  while ((await enqueueImages(db, jobs, request)) === VECTORS_AT_ONCE);
  return waitingVectors(db, space);
}

interface ImageWork {
  readonly kind: "text" | "vector";
  /** Routes that workers serve, with the suffix. */
  readonly routes: readonly Route[];
  /** What the route of an original ends with in this kind of work. */
  readonly suffix: string;
  /** SQL: the images, in a column `image`; the space is its value `$7`. */
  readonly waiting: string;
  readonly limit: number;
  readonly model?: string;
  readonly space?: EmbeddingSpace;
}

async function enqueueImages(
  db: Connection,
  jobs: JobQueue,
  { kind, routes, suffix, waiting, limit, model, space }: ImageWork,
): Promise<number> {
  const volumes = await allVolumes(db);
  const roots = (await allRoots(db))
    .map((root) => ({ id: root.id, route: routeOf(root, volumes) + suffix }))
    .filter(({ route }) => routes.includes(route));
  for (const route of routes) await jobs.prepare(route);
  return db.write(async (session) => {
    const rows = await session.rows<{ id: number; job: string; route: Route }>(
      `INSERT INTO work (kind, route, queue, job, image, model, space)
        SELECT $5::text, q.route, q.route, gen_random_uuid(), q.image, $6::text, $7::text FROM (
          SELECT c.image, coalesce(
            (SELECT s.route FROM files f JOIN unnest($1::integer[], $2::text[]) AS s (root, route) ON s.root = f.root
              WHERE f.image = c.image LIMIT 1),
            (SELECT $3::text FROM posts p WHERE $3 = ANY($4::text[]) AND p.image = c.image LIMIT 1)) AS route
          FROM (${waiting}) c WHERE NOT EXISTS (SELECT 1 FROM work w
            WHERE w.image = c.image AND w.kind = $5 AND coalesce(w.space, '') = coalesce($7, ''))
          ORDER BY c.image) q
        WHERE q.route IS NOT NULL LIMIT $8
      ON CONFLICT (image, kind, (coalesce(space, ''))) WHERE image IS NOT NULL DO NOTHING RETURNING id, job, route`,
      [
        roots.map(({ id }) => id),
        roots.map(({ route }) => route),
        DISCORD_ROUTE + suffix,
        routes,
        kind,
        model ?? null,
        space ?? null,
        limit,
      ],
    );
    await jobs.send(
      session,
      rows.map(({ id, job, route }) => ({ id: job, queue: route, work: id })),
    );
    return rows.length;
  });
}

export async function waitingVectors(db: Connection, space: EmbeddingSpace): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    "SELECT count(*) FROM work WHERE kind = 'vector' AND space = $1 AND job IS NOT NULL",
    [space],
  );
  return row?.count ?? 0;
}

export async function withdrawVectors(db: Connection, space: EmbeddingSpace): Promise<void> {
  await db.write((session) => session.run("DELETE FROM work WHERE kind = 'vector' AND space = $1", [space]));
}

export function wantedModels(db: Connection): Promise<WantedModel[]> {
  return db.rows<WantedModel>(
    "SELECT DISTINCT model, space FROM work WHERE kind = 'vector' AND job IS NOT NULL ORDER BY space",
  );
}

/** What was given up, and what is on a route that no worker serves. */
export async function withdrawImages(db: Connection, served: ReadonlySet<Route>): Promise<void> {
  await db.write((session) =>
    session.run("DELETE FROM work WHERE image IS NOT NULL AND (job IS NULL OR route <> ALL($1::text[]))", [
      [...served],
    ]),
  );
}
