import { hostname } from "node:os";
import { filePlacementOf, type PlacedFile } from "../catalog/placement-rows.ts";
import { pathRange } from "../catalog/scope/path-range.ts";
import { calendarTime } from "../dates/calendar-time.ts";
import { DECODER_VERSION } from "../image/decoder-version.ts";
import { foldersAround } from "../is-inside.ts";
import type { Failure, FileStore, KnownFile, Mount, Root, Totals } from "../ports.ts";
import type { ImageId, LeftOutCount, SkipCode, Timestamp } from "../types.ts";
import { companions, FOUND_COMPANIONS_OF_FILE } from "./companions.ts";
import type { Connection, Session } from "./connection.ts";
import { erase, inBatches, untilNoneLeft } from "./erase.ts";
import { hexOf } from "./image-keys.ts";
import { IS_OUTDATED } from "./images.ts";
import { isBetween } from "./paths.ts";
import { FILE_COLUMNS } from "./placements.ts";
import { addRoot, allRoots, putRoots } from "./roots.ts";
import { placementBranches } from "./shown-images.ts";
import { Values } from "./values.ts";

const FILES_AT_ONCE = 1024;

export function fileStore(db: Connection): FileStore {
  return {
    ...companions(db),
    roots: async () => (await allRoots(db)).map(({ id: _, ...root }) => root),
    isAdded: async (path) => {
      const around = "SELECT digest_of(p) FROM unnest($1::text[]) p";
      const rows = await db.rows(`SELECT 1 FROM roots r WHERE digest_of(r.path) IN (${around}) LIMIT 1`, [
        foldersAround(path),
      ]);
      return rows.length > 0;
    },
    putRoot: (path, kind) =>
      db.write(async (session) => {
        await addRoot(session, path, kind);
      }),
    setRootState: (path, state) => db.write((session) => setRootState(session, path, state)),
    removeRoot: (path) =>
      erase(
        db,
        "person",
        untilNoneLeft((session, limit) => removeSome(session, path, limit)),
      ),
    mounts: (root) => mountsIn(db, root),
    putMounts: (root, mounts) =>
      db.write(async (session) => {
        await forgetMounts(session, root);
        await session.run(
          "INSERT INTO mounts (path, device, away) SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[])",
          [
            mounts.map(({ path }) => path),
            mounts.map(({ device }) => device),
            mounts.map(({ away }) => away),
          ],
        );
      }),
    otherKinds: async (root) => {
      const rows = await db.rows<{ kind: string; files: number }>(
        `SELECT k.kind, k.files FROM other_kinds k JOIN roots r ON r.id = k.root WHERE ${isRoot} ORDER BY k.kind`,
        [root],
      );
      return Object.fromEntries(rows.map(({ kind, files }) => [kind, files]));
    },
    putOtherKinds: (root, files) =>
      db.write(async (session) => {
        await session.run(`DELETE FROM other_kinds k USING roots r WHERE r.id = k.root AND ${isRoot}`, [
          root,
        ]);
        await session.run(
          `INSERT INTO other_kinds (root, kind, files) SELECT r.id, n.kind, n.files
          FROM roots r, unnest($2::text[], $3::bigint[]) AS n (kind, files) WHERE ${isRoot}`,
          [root, Object.keys(files), Object.values(files)],
        );
      }),
    leftOut: async (root) => {
      const rows = await db.rows<LeftOutCount & { reason: string }>(
        `SELECT l.reason, l.pictures, l.folders FROM left_out l JOIN roots r ON r.id = l.root
        WHERE ${isRoot} ORDER BY l.reason`,
        [root],
      );
      return Object.fromEntries(rows.map(({ reason, ...counts }) => [reason, counts]));
    },
    putLeftOut: (root, leftOut) =>
      db.write(async (session) => {
        const counts = Object.values(leftOut);
        await session.run(`DELETE FROM left_out l USING roots r WHERE r.id = l.root AND ${isRoot}`, [root]);
        await session.run(
          `INSERT INTO left_out (root, reason, pictures, folders) SELECT r.id, n.reason, n.pictures, n.folders
          FROM roots r, unnest($2::text[], $3::bigint[], $4::bigint[]) AS n (reason, pictures, folders) WHERE ${isRoot}`,
          [
            root,
            Object.keys(leftOut),
            counts.map(({ pictures }) => pictures),
            counts.map(({ folders }) => folders),
          ],
        );
      }),
    putChangeTimes: (files) =>
      db.write(async (session) => {
        await session.run(
          `UPDATE files f SET changed_at = n.changed_at FROM unnest($1::text[], $2::float8[]) AS n (path, changed_at)
          WHERE digest_of(f.path) = digest_of(n.path)`,
          [files.map(({ path }) => path), files.map(({ changedAt }) => changedAt)],
        );
      }),
    known: (path) => knownFiles(db, path),
    placement: async (path) => {
      const [row] = await db.rows<PlacedFile & { id: ImageId }>(
        `SELECT ${hexOf("i.id")} AS id, ${FILE_COLUMNS} FROM files f JOIN roots r ON r.id = f.root
        JOIN images i ON i.key = f.image WHERE digest_of(f.path) = digest_of($1)`,
        [path],
      );
      if (!row) return undefined;
      const { id, ...file } = row;
      return { id, placement: filePlacementOf(file) };
    },
    remove: (paths, options) =>
      erase(db, options?.forGood ? "person" : "scan", inBatches(paths, removeFiles)),
    countsBelow: (path) => countsBelow(db, path),
    putFailures: (failures) => db.write((session) => putFailures(session, failures)),
    clearFailures: (origins) => db.write((session) => clearFailures(session, origins)),
    failures: (limit, isWanted) => failures(db, limit ?? Number.POSITIVE_INFINITY, isWanted),
  };
}

/** Of a row `r` of roots: its path is the first value. */
const isRoot = "digest_of(r.path) = digest_of($1)";

async function setRootState(session: Session, path: string, state: Root["state"]): Promise<void> {
  if (state === "offline") {
    await session.run(`UPDATE roots r SET state = $2 WHERE ${isRoot}`, [path, state]);
    return;
  }
  await session.run(`UPDATE roots r SET state = $2, last_scan_at = $3, host = $4 WHERE ${isRoot}`, [
    path,
    state,
    Date.now(),
    hostname(),
  ]);
}

/** The root is removed with the last of its files. */
async function removeSome(session: Session, path: string, limit: number): Promise<number> {
  const [root] = await session.rows<{ id: number }>(`SELECT r.id FROM roots r WHERE ${isRoot}`, [path]);
  if (root === undefined) return 0;
  // First, so that no worker places any of it after its rows were looked through.
  await session.run("DELETE FROM work WHERE root = $1", [root.id]);
  const removed = await session.run(
    "DELETE FROM files WHERE id IN (SELECT id FROM files WHERE root = $1 ORDER BY image LIMIT $2)",
    [root.id, limit],
  );
  if (removed === limit) return removed;
  await session.run("DELETE FROM roots WHERE id = $1", [root.id]);
  await forgetMounts(session, path);
  return removed;
}

function mountsIn(db: Connection, root: string): Promise<Mount[]> {
  const { from, to } = pathRange(root);
  return db.rows<Mount>(
    `SELECT path, device, away FROM mounts WHERE path >= $1 AND path < $2 ORDER BY path`,
    [from, to],
  );
}

async function forgetMounts(session: Session, root: string): Promise<void> {
  const { from, to } = pathRange(root);
  await session.run("DELETE FROM mounts WHERE path >= $1 AND path < $2", [from, to]);
}

interface KnownRow {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: Timestamp;
  readonly changedAt: Timestamp | null;
  readonly id: ImageId | null;
  readonly code: SkipCode | null;
  readonly companions: KnownFile["companions"] | null;
}

/** By path, so that it also works for a folder inside an added one. */
async function* knownFiles(db: Connection, root: string): AsyncIterable<readonly KnownFile[]> {
  const { exact, from, to } = pathRange(root);
  // A path with a separator behind it sorts after the same path without.
  yield* knownBetween(db, exact, `${exact}\u0001`);
  yield* knownBetween(db, from, to);
}

/**
 * A file that failed is no longer the picture that it was; why an older decoder refused it may not hold any more.
 */
async function* knownBetween(db: Connection, from: string, to: string): AsyncIterable<readonly KnownFile[]> {
  for (let [start, isStart] = [from, true]; ; isStart = false) {
    const after = isStart ? "TRUE" : "%s > $1";
    const within = (path: string) =>
      `${isBetween(path, "$1::text", "$2::text")} AND ${after.replace("%s", path)}`;
    const rows = await db.rows<KnownRow>(
      `SELECT * FROM (
        (SELECT f.path, f.bytes, f.modified_at AS "modifiedAt", f.changed_at AS "changedAt", ${hexOf("i.id")} AS id,
          NULL AS code, ${FOUND_COMPANIONS_OF_FILE} AS companions FROM files f JOIN images i ON i.key = f.image WHERE ${within("f.path")}
          AND NOT EXISTS (SELECT 1 FROM failures x WHERE digest_of(x.origin) = digest_of(f.path))
          ORDER BY path_start(f.path), f.path LIMIT ${FILES_AT_ONCE})
        UNION ALL
        (SELECT x.origin, x.bytes, x.modified_at, x.changed_at, NULL, CASE WHEN x.${IS_OUTDATED} THEN NULL ELSE x.code END, NULL
          FROM failures x WHERE ${within("x.origin")} AND x.root IS NOT NULL
          ORDER BY path_start(x.origin), x.origin LIMIT ${FILES_AT_ONCE})
      ) k ORDER BY k.path COLLATE "C" LIMIT ${FILES_AT_ONCE}`,
      [start, to],
    );
    if (rows.length > 0) yield rows.map(knownFile);
    const last = rows.at(-1);
    if (last === undefined || rows.length < FILES_AT_ONCE) return;
    start = last.path;
  }
}

function knownFile({ path, bytes, modifiedAt, changedAt, id, code, companions }: KnownRow): KnownFile {
  return {
    path,
    bytes,
    modifiedAt,
    ...(changedAt !== null && { changedAt }),
    ...(id !== null && { id }),
    ...(code !== null && { code }),
    ...(companions !== null && { companions }),
  };
}

async function removeFiles(session: Session, paths: readonly string[]): Promise<number> {
  await clearFailures(session, paths);
  await session.run(
    `DELETE FROM work w WHERE w.path IS NOT NULL AND digest_of(w.path) IN (SELECT digest_of(p) FROM unnest($1::text[]) p)`,
    [paths],
  );
  return session.run(
    "DELETE FROM files f WHERE digest_of(f.path) IN (SELECT digest_of(p) FROM unnest($1::text[]) p)",
    [paths],
  );
}

async function countsBelow(db: Connection, path: string): Promise<Totals> {
  const values = new Values();
  const files = placementBranches({ files: { folders: [path] }, discord: "none" }, values)
    .map(({ where }) => `SELECT f.id, f.image FROM files f WHERE ${where}`)
    .join(" UNION ");
  const { exact, from, to } = pathRange(path);
  const [low, high] = [values.bind(from), values.bind(to)].map((value) => `${value}::text`);
  const [row] = await db.rows<Totals>(
    `SELECT count(DISTINCT b.image) AS images, count(b.id) AS placements, (SELECT count(*) FROM failures x
      WHERE x.root IS NOT NULL AND (digest_of(x.origin) = digest_of(${values.bind(exact)})
        OR (${isBetween("x.origin", low ?? "", high ?? "")}))) AS failed FROM (${files}) b`,
    values.list,
  );
  return row ?? { images: 0, placements: 0, failed: 0 };
}

export async function putFailures(session: Session, failures: readonly Failure[]): Promise<void> {
  const latest = [...new Map(failures.map((failure) => [failure.origin, failure])).values()];
  const inRoots = latest.flatMap(({ origin, root }) => (root === undefined ? [] : [{ path: origin, root }]));
  const roots = await putRoots(session, inRoots);
  await session.run(
    `INSERT INTO failures (origin, root, bytes, modified_at, changed_at, code, reason, at, decoder)
      SELECT n.*, ${DECODER_VERSION} FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::float8[], $5::float8[],
        $6::text[], $7::text[], $8::float8[]) AS n
    ON CONFLICT (digest_of(origin)) DO UPDATE SET root = excluded.root, bytes = excluded.bytes,
      modified_at = excluded.modified_at, changed_at = excluded.changed_at, code = excluded.code,
      reason = excluded.reason, at = excluded.at, decoder = excluded.decoder`,
    [
      latest.map(({ origin }) => origin),
      latest.map(({ root }) => (root === undefined ? null : roots.get(root))),
      latest.map(({ bytes }) => bytes),
      latest.map(({ modifiedAt }) => calendarTime(modifiedAt)),
      latest.map(({ changedAt }) => changedAt ?? null),
      latest.map(({ code }) => code),
      latest.map(({ reason }) => reason),
      latest.map(({ at }) => at),
    ],
  );
}

async function clearFailures(session: Session, origins: readonly string[]): Promise<void> {
  await session.run(
    "DELETE FROM failures x WHERE digest_of(x.origin) IN (SELECT digest_of(o) FROM unnest($1::text[]) o)",
    [origins],
  );
}

async function failures(
  db: Connection,
  limit: number,
  isWanted: (origin: string) => boolean = () => true,
): Promise<Failure[]> {
  const found: Failure[] = [];
  for (let after = ""; found.length < limit; ) {
    const rows = await db.rows<Failure & { root: string | null }>(
      `SELECT x.origin, r.path AS root, x.bytes, x.modified_at AS "modifiedAt", x.code, x.reason, x.at
      FROM failures x LEFT JOIN roots r ON r.id = x.root
      WHERE path_start(x.origin) >= path_start($1) AND x.origin > $1
      ORDER BY path_start(x.origin), x.origin LIMIT ${FILES_AT_ONCE}`,
      [after],
    );
    for (const { root, ...failure } of rows)
      if (isWanted(failure.origin)) found.push(root === null ? failure : { ...failure, root });
    const last = rows.at(-1);
    if (last === undefined || rows.length < FILES_AT_ONCE) break;
    after = last.origin;
  }
  return found.slice(0, limit);
}
