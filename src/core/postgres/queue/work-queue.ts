import { randomUUID } from "node:crypto";
import { NotFoundError } from "../../errors.ts";
import type {
  CatalogImage,
  FinishedJob,
  ImageKey,
  Job,
  Root,
  Route,
  Task,
  Volume,
  WantedModel,
  WorkerState,
  WorkQueue,
} from "../../ports.ts";
import type { DiscordPlacement, EmbeddingSpace, FilePlacement, Timestamp, WorkStatus } from "../../types.ts";
import { DISCORD_ROUTE, embeddingIn, READING } from "../../work-routes.ts";
import type { Connection, Session } from "../connection.ts";
import { putEmbeddings } from "../embeddings.ts";
import { putFailures } from "../files.ts";
import { readImages } from "../image-rows.ts";
import { placeImages, putImages } from "../images.ts";
import { putReadings } from "../readings.ts";
import { allRoots } from "../roots.ts";
import { JobQueue } from "./job-queue.ts";
import { allVolumes, putVolume, routeOf } from "./volumes.ts";
import { buryDead, leaveWorkers, livingWorkers, processName, sayAlive, servedRoutes } from "./workers.ts";

const ENQUEUED_AT_ONCE = 1000;
/** A worker says every few seconds that it lives. */
const SILENCE_MS = 30_000;
/** What was tried so often is given up. */
const ATTEMPTS = 4;
/** Multiplied with the attempts so far. */
const TRIED_AGAIN_AFTER_S = 20;
const AWAY_S = 60;
const MAINTAINED_EVERY_MS = 60_000;
const LOOKED_AT_AT_ONCE = 64;

/** Jobs that are given out one at a time, to a worker that does nothing else meanwhile. */
const aloneIn = (route: Route) => `${route}!`;

export interface WorkQueueOptions {
  /** A worker that is silent for longer is dead. */
  readonly silenceMs?: number | undefined;
}

interface WorkRow {
  readonly id: number;
  readonly kind: Task["kind"];
  readonly route: Route;
  readonly attempts: number;
  readonly job: string;
  readonly queue: string;
  readonly rootPath: string | null;
  readonly path: string | null;
  readonly bytes: number | null;
  readonly modifiedAt: Timestamp | null;
  readonly changedAt: Timestamp | null;
  readonly image: ImageKey | null;
  readonly model: string | null;
  readonly space: string | null;
  readonly guild: string | null;
  readonly channel: string | null;
  readonly parent: string | null;
  readonly message: string | null;
  readonly attachment: string | null;
  readonly author: string | null;
  readonly filename: string | null;
  readonly postedAt: Timestamp | null;
  readonly spoiler: boolean | null;
  readonly ageRestricted: boolean | null;
  readonly caption: string | null;
}

const COLUMNS = `w.id, w.kind, w.route, w.attempts, w.job, w.queue, (SELECT r.path FROM roots r WHERE r.id = w.root) AS "rootPath",
  w.path, w.bytes, w.modified_at AS "modifiedAt", w.changed_at AS "changedAt", w.image, w.model, w.space, w.guild, w.channel,
  w.parent, w.message, w.attachment, w.author, w.filename, w.posted_at AS "postedAt", w.spoiler,
  w.age_restricted AS "ageRestricted", w.caption`;

class JobLostError extends Error {}

/** Rows of `work`, which say what is to be done, beside jobs of pg-boss, which say who does it. */
export class ServerWorkQueue implements WorkQueue {
  readonly #db: Connection;
  readonly #jobs: JobQueue;
  readonly #silenceMs: number;
  readonly #id = `${processName()}${randomUUID()}`;
  /** Which of this worker's rows it knows of: of a take that was cut off it never heard. */
  readonly #held = new Set<number>();
  #taking = 0;
  #maintainedAt = 0;

  constructor(db: Connection, { silenceMs = SILENCE_MS }: WorkQueueOptions = {}) {
    this.#db = db;
    this.#jobs = new JobQueue(db);
    this.#silenceMs = silenceMs;
  }

  volumes(): Promise<Volume[]> {
    return allVolumes(this.#db);
  }

  putVolume(volume: string, path: string | undefined): Promise<void> {
    return putVolume(this.#db, volume, path);
  }

  async routeOf(root: Pick<Root, "path" | "host">): Promise<Route> {
    return routeOf(root, await this.volumes());
  }

  servedRoutes(): Promise<Set<Route>> {
    return servedRoutes(this.#db);
  }

  // ---------------------------------------------------------- putting work in

  async enqueueFiles(route: Route, files: readonly FilePlacement[]): Promise<number> {
    let added = 0;
    await this.#jobs.prepare(route);
    for (let start = 0; start < files.length; start += ENQUEUED_AT_ONCE) {
      const some = files.slice(start, start + ENQUEUED_AT_ONCE);
      added += await this.#db.write((session) => this.#enqueueFiles(session, route, some));
    }
    return added;
  }

  async #enqueueFiles(session: Session, route: Route, files: readonly FilePlacement[]): Promise<number> {
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
    await this.#jobs.send(
      session,
      added.map(({ id, job }) => ({ id: job, queue: route, work: id })),
    );
    return added.length;
  }

  async enqueuePosts(posts: readonly DiscordPlacement[]): Promise<void> {
    await this.#jobs.prepare(DISCORD_ROUTE);
    await this.#db.write(async (session) => {
      const rows = await session.rows<{ id: number; job: string }>(
        `INSERT INTO work (kind, route, queue, job, guild, channel, parent, message, attachment, author, filename, posted_at,
            spoiler, age_restricted, caption)
          SELECT 'post', '${DISCORD_ROUTE}', '${DISCORD_ROUTE}', n.* FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
            $6::text[], $7::text[], $8::text[], $9::float8[], $10::boolean[], $11::boolean[], $12::text[]) AS n
        ON CONFLICT (attachment, message) WHERE message IS NOT NULL DO NOTHING RETURNING id, job`,
        [
          posts.map(() => randomUUID()),
          posts.map(({ guildId }) => guildId),
          posts.map(({ channelId }) => channelId),
          posts.map(({ parentId }) => parentId ?? null),
          posts.map(({ messageId }) => messageId),
          posts.map(({ attachmentId }) => attachmentId),
          posts.map(({ authorId }) => authorId),
          posts.map(({ filename }) => filename),
          posts.map(({ postedAt }) => postedAt),
          posts.map(({ spoiler }) => spoiler),
          posts.map(({ ageRestricted }) => ageRestricted),
          posts.map(({ caption }) => caption ?? null),
        ],
      );
      await this.#jobs.send(
        session,
        rows.map(({ id, job }) => ({ id: job, queue: DISCORD_ROUTE, work: id })),
      );
    });
  }

  async withdrawPost(messageId: string, attachmentId: string): Promise<void> {
    await this.#db.write((session) =>
      session.run("DELETE FROM work WHERE message IS NOT NULL AND attachment = $2 AND message = $1", [
        messageId,
        attachmentId,
      ]),
    );
  }

  async waitingAttachments(attachmentIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.#db.rows<{ attachment: string }>(
      "SELECT attachment FROM work WHERE message IS NOT NULL AND attachment = ANY($1::text[])",
      [attachmentIds],
    );
    return new Set(rows.map(({ attachment }) => attachment));
  }

  enqueueTexts(routes: readonly Route[], limit: number): Promise<number> {
    const waiting = "SELECT q.image FROM reading_queue q";
    return this.#enqueueImages({ kind: "text", routes, suffix: READING, waiting, limit });
  }

  async enqueueVectors({ model, space }: WantedModel, routes: readonly Route[]): Promise<number> {
    const waiting = `SELECT i.key AS image FROM images i WHERE NOT EXISTS (SELECT 1 FROM vectors v
      WHERE v.image = i.key AND v.space = (SELECT s.id FROM spaces s WHERE s.name = $7))`;
    const suffix = embeddingIn(space);
    const request = {
      kind: "vector" as const,
      routes: routes.map((route) => route + suffix),
      suffix,
      waiting,
    };
    const limit = ENQUEUED_AT_ONCE;
    while ((await this.#enqueueImages({ ...request, limit, model, space })) === limit);
    return this.waitingVectors(space);
  }

  async waitingVectors(space: EmbeddingSpace): Promise<number> {
    const [row] = await this.#db.rows<{ count: number }>(
      "SELECT count(*) FROM work WHERE kind = 'vector' AND space = $1 AND job IS NOT NULL",
      [space],
    );
    return row?.count ?? 0;
  }

  async withdrawVectors(space: EmbeddingSpace): Promise<void> {
    await this.#db.write((session) =>
      session.run("DELETE FROM work WHERE kind = 'vector' AND space = $1", [space]),
    );
  }

  wantedModels(): Promise<WantedModel[]> {
    return this.#db.rows<WantedModel>(
      "SELECT DISTINCT model, space FROM work WHERE kind = 'vector' AND job IS NOT NULL ORDER BY space",
    );
  }

  /** @param waiting SQL: the images, in a column of that name */
  async #enqueueImages({
    kind,
    routes,
    suffix,
    waiting,
    limit,
    model = null,
    space = null,
  }: {
    readonly kind: "text" | "vector";
    readonly routes: readonly Route[];
    readonly suffix: string;
    readonly waiting: string;
    readonly limit: number;
    readonly model?: string | null;
    readonly space?: EmbeddingSpace | null;
  }): Promise<number> {
    const volumes = await this.volumes();
    const roots = (await allRoots(this.#db))
      .map((root) => ({ id: root.id, route: routeOf(root, volumes) + suffix }))
      .filter(({ route }) => routes.includes(route));
    for (const route of routes) await this.#jobs.prepare(route);
    return this.#db.write(async (session) => {
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
          model,
          space,
          limit,
        ],
      );
      await this.#jobs.send(
        session,
        rows.map(({ id, job, route }) => ({ id: job, queue: route, work: id })),
      );
      return rows.length;
    });
  }

  async withdrawImages(served: ReadonlySet<Route>): Promise<void> {
    await this.#db.write((session) =>
      session.run("DELETE FROM work WHERE image IS NOT NULL AND (job IS NULL OR route <> ALL($1::text[]))", [
        [...served],
      ]),
    );
  }

  // ---------------------------------------------------------- doing it

  async attend(state: WorkerState): Promise<void> {
    await this.#db.write((session) => sayAlive(session, { id: this.#id, ttlMs: this.#silenceMs }, state));
    await this.#freeAbandoned();
    if (Date.now() - this.#maintainedAt < MAINTAINED_EVERY_MS) return;
    this.#maintainedAt = Date.now();
    await this.#jobs.maintain();
    await this.#sendLost(state.routes);
  }

  /** What dead workers held, and what this one has without knowing. */
  async #freeAbandoned(): Promise<void> {
    for (;;) {
      // Locked one after another, since a worker that was taken for dead may be storing what it did.
      const routes = await this.#db.rows<{ route: Route }>(
        "SELECT DISTINCT route FROM work WHERE worker IS NOT NULL",
      );
      for (const { route } of routes) await this.#jobs.prepare(aloneIn(route));
      const freed = await this.#db.write(async (session) => {
        await buryDead(session);
        const rows = await session.rows<WorkRow>(
          `SELECT ${COLUMNS} FROM work w WHERE w.worker IS NOT NULL AND (
            NOT EXISTS (SELECT 1 FROM workers x WHERE x.id = w.worker)
            OR ($3 AND w.worker = $1 AND w.id <> ALL($2::bigint[])))
          ORDER BY w.id LIMIT ${ENQUEUED_AT_ONCE} FOR UPDATE SKIP LOCKED`,
          [this.#id, [...this.#held], this.#taking === 0],
        );
        await this.#sendAgain(session, rows, "alone");
        return rows.length;
      });
      if (freed < ENQUEUED_AT_ONCE) return;
    }
  }

  /** Rows whose job is not there any more, as after a restore. */
  async #sendLost(routes: readonly Route[]): Promise<void> {
    const rows = await this.#db.rows<WorkRow>(
      `SELECT ${COLUMNS} FROM work w WHERE w.worker IS NULL AND w.job IS NOT NULL AND w.route = ANY($1::text[])
      ORDER BY w.since LIMIT ${LOOKED_AT_AT_ONCE}`,
      [routes],
    );
    for (const row of rows) {
      await this.#jobs.prepare(row.queue);
      await this.#db.write(async (session) => {
        const [still] = await session.rows<WorkRow>(
          `SELECT ${COLUMNS} FROM work w WHERE w.id = $1 AND w.job = $2 AND w.worker IS NULL FOR UPDATE`,
          [row.id, row.job],
        );
        if (still && !(await this.#jobs.has(session, still.queue, still.job)))
          await this.#jobs.send(session, [{ id: still.job, queue: still.queue, work: still.id }]);
      });
    }
  }

  async take(routes: readonly Route[], limit: number): Promise<Job[]> {
    for (const route of routes) {
      await this.#jobs.prepare(aloneIn(route));
      await this.#jobs.prepare(route);
    }
    this.#taking += 1;
    try {
      for (const [queue, most] of [
        ...routes.map((route) => [aloneIn(route), 1] as const),
        ...routes.map((route) => [route, limit] as const),
      ]) {
        const rows = await this.#db.write((session) => this.#takeFrom(session, queue, most));
        for (const { id } of rows) this.#held.add(id);
        if (rows.length > 0) return await this.#jobsOf(rows);
      }
      return [];
    } finally {
      this.#taking -= 1;
    }
  }

  async #takeFrom(session: Session, queue: string, limit: number): Promise<WorkRow[]> {
    const taken = await this.#jobs.take(session, queue, limit);
    if (taken.length === 0) return [];
    const rows = await session.rows<WorkRow>(
      `UPDATE work w SET worker = $1, attempts = w.attempts + 1 FROM unnest($2::bigint[], $3::uuid[]) AS n (id, job)
      WHERE w.id = n.id AND w.job = n.job RETURNING ${COLUMNS}`,
      [this.#id, taken.map(({ work }) => work), taken.map(({ id }) => id)],
    );
    const jobs = new Set(rows.map(({ job }) => job));
    const moot = taken.filter(({ id }) => !jobs.has(id)).map(({ id }) => id);
    if (moot.length > 0) await this.#jobs.end(session, queue, moot);
    const spent = rows.filter(({ attempts }) => attempts > ATTEMPTS);
    if (spent.length > 0) await this.#giveUp(session, spent);
    return rows.filter((row) => !spent.includes(row)).sort((a, b) => a.id - b.id);
  }

  async #jobsOf(rows: readonly WorkRow[]): Promise<Job[]> {
    const images = await readImages(
      this.#db,
      rows.flatMap(({ image }) => image ?? []),
    );
    const byKey = new Map(images.map((image) => [image.key, image]));
    const jobs = rows.map((row) => ({ row, task: taskOf(row, byKey) }));
    return jobs.flatMap(({ row: { id, route, queue }, task }) =>
      // An image that was erased since took its row along.
      task ? [{ id, route, isAlone: queue !== route, task }] : [],
    );
  }

  async finish(finished: readonly FinishedJob[]): Promise<FinishedJob[]> {
    try {
      return await this.#db.write((session) => this.#finish(session, finished));
    } catch (error) {
      const isOne = error instanceof JobLostError || error instanceof NotFoundError;
      if (!isOne) throw error;
      if (finished.length === 1) return [...finished];
    }
    const lost: FinishedJob[] = [];
    for (const each of finished) lost.push(...(await this.finish([each])));
    return lost;
  }

  async #finish(session: Session, finished: readonly FinishedJob[]): Promise<FinishedJob[]> {
    const rows = await this.#locked(
      session,
      finished.map(({ job }) => job.id),
    );
    const mine = finished.filter(({ job }) => rows.has(job.id));
    await this.#end(session, [...rows.values()]);
    const outcomes = mine.flatMap(({ job, outcome }) => (outcome ? [{ ...rows.get(job.id), outcome }] : []));
    // A caption may have been erased or edited since it was read.
    const now = <Placed extends { readonly placement: FilePlacement | DiscordPlacement }>(
      placed: Placed,
      caption: string | null | undefined,
    ): Placed =>
      placed.placement.kind === "discord"
        ? { ...placed, placement: { ...placed.placement, caption: caption ?? undefined } }
        : placed;
    const images = outcomes.flatMap(({ outcome, caption }) =>
      "image" in outcome ? [now({ ...outcome.image }, caption)] : [],
    );
    const placed = outcomes.flatMap(({ outcome, caption }) =>
      "known" in outcome ? [now({ id: outcome.known, placement: outcome.placement }, caption)] : [],
    );
    const failures = outcomes.flatMap(({ outcome }) => ("failure" in outcome ? [outcome.failure] : []));
    const readings = outcomes.flatMap(({ outcome }) => ("reading" in outcome ? [outcome.reading] : []));
    const vectors = outcomes.flatMap(({ outcome }) => ("embedding" in outcome ? [outcome] : []));
    if (placed.length > 0) await placeImages(session, placed);
    if (failures.length > 0) await putFailures(session, failures);
    if (readings.length > 0) await putReadings(session, readings);
    // Last, since vectors lock the rows of spaces.
    if (images.length > 0) await putImages(session, images);
    for (const some of groupedBy(vectors, ({ space }) => space))
      await putEmbeddings(session, some[0].space, some);
    for (const { job } of finished) this.#held.delete(job.id);
    return finished.filter(({ job }) => !rows.has(job.id));
  }

  async giveBack(jobs: readonly Job[], how: "later" | "once it is there"): Promise<void> {
    if (jobs.length === 0) return;
    await this.#db.write(async (session) => {
      const rows = await this.#locked(
        session,
        jobs.map(({ id }) => id),
      );
      await this.#sendAgain(session, [...rows.values()], how);
    });
    for (const { id } of jobs) this.#held.delete(id);
  }

  async leave(): Promise<void> {
    await this.#db.write(async (session) => {
      const rows = await session.rows<WorkRow>(
        `SELECT ${COLUMNS} FROM work w WHERE w.worker = $1 ORDER BY w.id FOR UPDATE`,
        [this.#id],
      );
      await this.#sendAgain(session, rows, "untouched");
      await leaveWorkers(session, this.#id);
    });
    this.#held.clear();
  }

  /** This worker's rows among these; until the transaction ends, nobody takes them away from it. */
  async #locked(session: Session, ids: readonly number[]): Promise<Map<number, WorkRow>> {
    const rows = await session.rows<WorkRow>(
      `SELECT ${COLUMNS} FROM work w WHERE w.id = ANY($1::bigint[]) AND w.worker = $2 ORDER BY w.id FOR UPDATE`,
      [ids, this.#id],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** @throws JobLostError when one of the jobs is not under way any more */
  async #end(session: Session, rows: readonly WorkRow[]): Promise<void> {
    await this.#endJobs(session, rows, "strictly");
    await session.run("DELETE FROM work WHERE id = ANY($1::bigint[])", [rows.map(({ id }) => id)]);
  }

  async #endJobs(session: Session, rows: readonly WorkRow[], how: "strictly" | "if there"): Promise<void> {
    for (const some of groupedBy(rows, ({ queue }) => queue)) {
      const ended = await this.#jobs.end(
        session,
        some[0].queue,
        some.map(({ job }) => job),
      );
      if (how === "strictly" && ended !== some.length) throw new JobLostError();
    }
  }

  /** Each under a new job, so that whoever had the old one comes too late. */
  async #sendAgain(
    session: Session,
    rows: readonly WorkRow[],
    how: "alone" | "later" | "untouched" | "once it is there",
  ): Promise<void> {
    if (rows.length === 0) return;
    const counts = how === "alone" || how === "later";
    const isSpent = ({ attempts }: WorkRow) => counts && attempts >= ATTEMPTS;
    await this.#giveUp(session, rows.filter(isSpent));
    const again = rows.filter((row) => !isSpent(row));
    await this.#endJobs(session, again, "if there");
    const jobs = again.map((row) => ({
      id: randomUUID(),
      queue: how === "alone" ? aloneIn(row.route) : row.queue,
      work: row.id,
      after: how === "later" ? TRIED_AGAIN_AFTER_S * row.attempts : how === "once it is there" ? AWAY_S : 0,
    }));
    await session.run(
      `UPDATE work w SET worker = NULL, job = n.job, queue = n.queue, attempts = greatest(0, w.attempts - $4)
      FROM unnest($1::bigint[], $2::uuid[], $3::text[]) AS n (id, job, queue) WHERE w.id = n.id`,
      [
        jobs.map(({ work }) => work),
        jobs.map(({ id }) => id),
        jobs.map(({ queue }) => queue),
        counts ? 0 : 1,
      ],
    );
    await this.#jobs.send(session, jobs);
  }

  /** A file is recorded as one that failed; of a post, whoever waits for it sees that it is gone; others stay, without a job. */
  async #giveUp(session: Session, rows: readonly WorkRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#endJobs(session, rows, "if there");
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

  async status(): Promise<WorkStatus> {
    const rows = await this.#db.rows<{
      kind: Task["kind"];
      waiting: number;
      active: number;
      givenUp: number;
      oldest: number | null;
    }>(
      `SELECT kind, count(*) FILTER (WHERE job IS NOT NULL AND worker IS NULL) AS waiting,
        count(*) FILTER (WHERE worker IS NOT NULL) AS active, count(*) FILTER (WHERE job IS NULL) AS "givenUp",
        extract(epoch FROM clock_timestamp() - min(since) FILTER (WHERE job IS NOT NULL))::float8 AS oldest
      FROM work GROUP BY kind`,
    );
    const sum = (of: (row: (typeof rows)[number]) => number) =>
      rows.reduce((total, row) => total + of(row), 0);
    const waiting = (kind: Task["kind"]) => rows.find((row) => row.kind === kind)?.waiting ?? 0;
    const ages = rows.flatMap(({ oldest }) => oldest ?? []);
    return {
      workers: await livingWorkers(this.#db),
      waiting: {
        file: waiting("file"),
        post: waiting("post"),
        text: waiting("text"),
        vector: waiting("vector"),
      },
      active: sum(({ active }) => active),
      givenUp: sum(({ givenUp }) => givenUp),
      oldest: ages.length === 0 ? null : Math.max(...ages),
    };
  }
}

function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [Item, ...Item[]][] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

function taskOf(row: WorkRow, images: ReadonlyMap<ImageKey, CatalogImage>): Task | undefined {
  const image = images.get(row.image ?? 0);
  switch (row.kind) {
    case "file":
      return { kind: "file", placement: fileOf(row) };
    case "post":
      return { kind: "post", placement: postOf(row) };
    case "text":
      return image && { kind: "text", image };
    case "vector":
      return image && { kind: "vector", image, model: row.model ?? "", space: row.space ?? "" };
  }
}

const fileOf = ({ rootPath, path, bytes, modifiedAt, changedAt }: WorkRow): FilePlacement => ({
  kind: "file",
  root: rootPath ?? "",
  path: path ?? "",
  bytes: bytes ?? 0,
  modifiedAt: modifiedAt ?? 0,
  ...(changedAt !== null && { changedAt }),
  online: true,
});

const postOf = (row: WorkRow): DiscordPlacement => ({
  kind: "discord",
  guildId: row.guild ?? "",
  channelId: row.channel ?? "",
  ...(row.parent !== null && { parentId: row.parent }),
  messageId: row.message ?? "",
  attachmentId: row.attachment ?? "",
  authorId: row.author ?? "",
  filename: row.filename ?? "",
  postedAt: row.postedAt ?? 0,
  spoiler: row.spoiler ?? false,
  ageRestricted: row.ageRestricted ?? false,
  ...(row.caption !== null && { caption: row.caption }),
});
