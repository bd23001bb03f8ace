import { hostname } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { calendarTime } from "../dates/calendar-time.ts";
import type { Failure, FileStore, KnownFile, Root } from "../ports.ts";
import type { FilePlacement, ImageId, SkipCode, Timestamp } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { countsBelow } from "./counts.ts";
import { erase, inBatches, untilNoneLeft } from "./erase.ts";
import { leftOut } from "./left-out.ts";
import { forgetMounts, mounts } from "./mounts.ts";
import { otherKinds } from "./other-kinds.ts";
import { type PathRange, pathRange } from "./path-range.ts";
import { FILE_COLUMNS, type FileRow, filePlacement } from "./placement-rows.ts";
import { addRoot, allRoots, rootOf } from "./root-rows.ts";
import { type RowRange, slices } from "./row-ranges.ts";

const FILES_PER_BATCH = 512;

export function fileStore(db: Connection): FileStore {
  return {
    ...mounts(db),
    ...otherKinds(db),
    ...leftOut(db),
    roots: () => db.read(() => allRoots(db).map(({ id: _, ...root }) => root)),
    putRoot: (path, kind) =>
      db.write(() => {
        addRoot(db, path, kind);
      }),
    setRootState: (path, state) => db.write(() => setRootState(db, path, state)),
    removeRoot: (path) =>
      erase(
        db,
        "person",
        untilNoneLeft((limit) => removeSome(db, path, limit)),
      ),
    known: (root) => knownFiles(db, root),
    placement: (path) => db.read(() => findFile(db, path)),
    remove: (paths, options) =>
      erase(
        db,
        options?.forGood ? "person" : "scan",
        inBatches(paths, (some) => removeFiles(db, some)),
      ),
    countsBelow: (path) => countsBelow(db, path),
    putFailures: (failures) =>
      db.write(() => {
        for (const failure of failures) putFailure(db, failure);
      }),
    clearFailures: (origins) =>
      db.write(() => {
        for (const origin of origins) db.statement("DELETE FROM failures WHERE origin = ?").run(origin);
      }),
    failures: (limit) => failures(db, limit ?? Number.POSITIVE_INFINITY),
    putChangeTimes: (files) =>
      db.write(() => {
        for (const { path, changedAt } of files)
          db.statement("UPDATE files SET changed_at = ? WHERE path = ?").run(changedAt, path);
      }),
  };
}

function setRootState(db: Connection, path: string, state: Root["state"]): void {
  db.statement("UPDATE roots SET state = ? WHERE path = ?").run(state, path);
  if (state === "offline") return;
  db.statement("UPDATE roots SET last_scan_at = ?, host = ? WHERE path = ?").run(
    Date.now(),
    hostname(),
    path,
  );
}

/** The root is removed with the last of its files. */
function removeSome(db: Connection, path: string, limit: number): number {
  const id = db.statement<number>("SELECT id FROM roots WHERE path = ?").pluck().get(path);
  if (id === undefined) return 0;
  // In image order, so that vectors and thumbnails are contiguous on disk.
  const { changes } = db.statement("DELETE FROM files WHERE root = ? ORDER BY image LIMIT ?").run(id, limit);
  if (changes === limit) return changes;
  db.statement("DELETE FROM roots WHERE id = ?").run(id);
  forgetMounts(db, path);
  return changes;
}

/** By path, so that it also works for a folder inside an added one. */
async function knownFiles(db: Connection, root: string): Promise<Map<string, KnownFile>> {
  const known = new Map<string, KnownFile>();
  const { exact, from, to } = pathRange(root);
  for (const file of await db.read(() => filesAt(db, exact))) known.set(file.path, file);
  for (let after = from; ; ) {
    const files = await db.read(() => filesBetween(db, after, to));
    for (const file of files) known.set(file.path, file);
    const last = files.at(-1);
    if (!last) break;
    after = last.path;
    await nextTurn();
  }
  for await (const failed of failedFiles(db, { exact, from, to }))
    for (const file of failed) known.set(file.path, file);
  return known;
}

interface KnownRow extends Omit<KnownFile, "changedAt"> {
  readonly changedAt: Timestamp | null;
}

const KNOWN_FILE = `SELECT f.path, f.bytes, f.modified_at AS modifiedAt, f.changed_at AS changedAt,
  lower(hex(i.id)) AS id FROM files f JOIN images i ON i.key = f.image`;

const filesAt = (db: Connection, path: string) =>
  db.statement<KnownRow>(`${KNOWN_FILE} WHERE f.path = ?`).all(path).map(knownFile);

const filesBetween = (db: Connection, after: string, to: string) =>
  db
    .statement<KnownRow>(`${KNOWN_FILE} WHERE f.path > ? AND f.path < ? ORDER BY f.path LIMIT ?`)
    .all(after, to, FILES_PER_BATCH)
    .map(knownFile);

const knownFile = ({ changedAt, ...file }: KnownRow): KnownFile =>
  changedAt === null ? file : { ...file, changedAt };

async function* failedFiles(db: Connection, { exact, from, to }: PathRange): AsyncIterable<KnownFile[]> {
  const columns = ["f.origin", "f.bytes", "f.modified_at", "f.changed_at", "f.code"];
  const failed = {
    from: "failures f",
    order: ["f.origin"],
    where: "f.root IS NOT NULL",
    parameters: { exact, from, to },
  };
  const ranges: RowRange[] = [
    { ...failed, prefix: "f.origin = @exact" },
    { ...failed, prefix: "TRUE", lower: "f.origin >= @from", upper: "f.origin < @to" },
  ];
  const yielder = new YieldController();
  type Row = [
    path: string,
    bytes: number,
    modifiedAt: Timestamp,
    changedAt: Timestamp | null,
    code: SkipCode,
  ];
  for (const range of ranges) {
    for await (const rows of slices<Row>(db, range, { columns, yielder })) {
      yield rows.map(([path, bytes, modifiedAt, changedAt, code]) =>
        knownFile({ path, bytes, modifiedAt, changedAt, code }),
      );
    }
  }
}

function findFile(db: Connection, path: string): { id: ImageId; placement: FilePlacement } | undefined {
  const row = db
    .statement<FileRow & { id: ImageId }>(
      `SELECT lower(hex(i.id)) AS id, ${FILE_COLUMNS} FROM files f JOIN roots r ON r.id = f.root
      JOIN images i ON i.key = f.image WHERE f.path = ?`,
    )
    .get(path);
  if (!row) return undefined;
  const { id, ...file } = row;
  return { id, placement: filePlacement(file) };
}

function removeFiles(db: Connection, paths: readonly string[]): number {
  let placements = 0;
  for (const path of paths) placements += db.statement("DELETE FROM files WHERE path = ?").run(path).changes;
  for (const path of paths) db.statement("DELETE FROM failures WHERE origin = ?").run(path);
  return placements;
}

function putFailure(db: Connection, failure: Failure): void {
  const { origin, root, bytes, modifiedAt, changedAt = null, code, reason, at } = failure;
  const rootId = root === undefined ? null : rootOf(db, { path: origin, root });
  db.statement(
    `INSERT INTO failures (origin, root, bytes, modified_at, changed_at, code, reason, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (origin) DO UPDATE SET root = excluded.root, bytes = excluded.bytes,
      modified_at = excluded.modified_at, changed_at = excluded.changed_at, code = excluded.code,
      reason = excluded.reason, at = excluded.at`,
  ).run(origin, rootId, bytes, calendarTime(modifiedAt), changedAt, code, reason, at);
}

async function failures(db: Connection, limit: number): Promise<Failure[]> {
  const found: Failure[] = [];
  const range: RowRange = {
    from: "failures f LEFT JOIN roots r ON r.id = f.root",
    prefix: "TRUE",
    order: ["f.origin"],
    parameters: {},
    rows: FILES_PER_BATCH,
  };
  const columns = ["f.origin", "r.path", "f.bytes", "f.modified_at", "f.code", "f.reason", "f.at"];
  const reading = { columns, yielder: new YieldController(), startWith: Math.max(1, limit) };
  for await (const rows of slices<FailureRow>(db, range, reading)) {
    for (const [origin, root, bytes, modifiedAt, code, reason, at] of rows) {
      if (found.length >= limit) return found;
      const place = { origin, ...(root !== null && { root }) };
      found.push({ ...place, bytes, modifiedAt: calendarTime(modifiedAt), code, reason, at });
    }
  }
  return found;
}

type FailureRow = [
  origin: string,
  root: string | null,
  bytes: number,
  modifiedAt: Timestamp,
  code: SkipCode,
  reason: string,
  at: Timestamp,
];
