import { hostname } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { calendarTime } from "../dates/calendar-time.ts";
import { DECODER_VERSION } from "../image/decoder-version.ts";
import { foldersAround } from "../is-inside.ts";
import type { Failure, FileStore, KnownFile, Root } from "../ports.ts";
import type { FilePlacement, ImageId, SkipCode, Timestamp } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { companions, FOUND_COMPANIONS_OF_FILE, readFoundCompanions } from "./companions.ts";
import type { Connection } from "./connection/connection.ts";
import { erase, inBatches, untilNoneLeft } from "./erase.ts";
import { leftOut } from "./left-out.ts";
import { forgetMounts, mounts } from "./mounts.ts";
import { otherKinds } from "./other-kinds.ts";
import { IS_OUTDATED } from "./outdated-images.ts";
import { FILE_COLUMNS, type FileRow, filePlacement } from "./placement-rows.ts";
import { addRoot, allRoots, rootOf } from "./root-rows.ts";
import { countsBelow } from "./scope/counts.ts";
import { type PathRange, pathRange } from "./scope/path-range.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";

const FILES_PER_BATCH = 256;

export function fileStore(db: Connection): FileStore {
  return {
    ...mounts(db),
    ...otherKinds(db),
    ...leftOut(db),
    ...companions(db),
    roots: () => db.read(() => allRoots(db).map(({ id: _, ...root }) => root)),
    isAdded: (path) =>
      db.read(
        () =>
          db
            .statement("SELECT 1 FROM roots WHERE path IN (SELECT value FROM json_each(?))")
            .get(JSON.stringify(foldersAround(path))) !== undefined,
      ),
    putRoot: (path, kind) =>
      db.write(() => {
        addRoot(db, path, kind);
      }),
    setRootState: (path, state) => db.write(() => setRootState(db, path, state)),
    removeRoot: (path) =>
      erase(
        db,
        "user",
        untilNoneLeft((limit) => removeSome(db, path, limit)),
      ),
    known: (root) => knownFiles(db, root),
    placement: (path) => db.read(() => findFile(db, path)),
    remove: (paths, options) =>
      erase(
        db,
        options?.forGood ? "user" : "scan",
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
    failures: (limit, isWanted) => failures(db, limit ?? Number.POSITIVE_INFINITY, isWanted),
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
async function* knownFiles(db: Connection, root: string): AsyncIterable<readonly KnownFile[]> {
  const { exact, from, to } = pathRange(root);
  // A path with a separator behind it sorts after the same path without.
  yield* knownFilesIn(db, { from: exact, to: `${exact}\0` });
  yield* knownFilesIn(db, { from, to });
}

async function* knownFilesIn(
  db: Connection,
  { from, to }: Pick<PathRange, "from" | "to">,
): AsyncIterable<readonly KnownFile[]> {
  for (let start = from, isStart = true; ; isStart = false) {
    const rows = await db.read(() =>
      db
        .statement<KnownRow>(knownRows(isStart ? ">=" : ">"))
        .raw()
        .all({ start, to, limit: FILES_PER_BATCH }),
    );
    if (rows.length > 0) yield rows.map(knownFile);
    const last = rows.at(-1);
    if (last === undefined || rows.length < FILES_PER_BATCH) return;
    [start] = last;
    await nextTurn();
  }
}

type KnownRow = [
  path: string,
  bytes: number,
  modifiedAt: Timestamp,
  changedAt: Timestamp | null,
  id: Buffer | null,
  code: SkipCode | null,
  companions: string | null,
];

/**
 * Two indexes in the same order, which SQLite merges. A file that failed is no longer the picture that it was; why an older
 * decoder refused it may not hold any more.
 */
const knownRows = (lower: ">" | ">=") => `
  SELECT f.path AS path, f.bytes, f.modified_at, f.changed_at, i.id, NULL, ${FOUND_COMPANIONS_OF_FILE}
  FROM files f CROSS JOIN images i ON i.key = f.image
  WHERE f.path ${lower} @start AND f.path < @to AND NOT EXISTS (SELECT 1 FROM failures WHERE origin = f.path)
  UNION ALL
  SELECT origin, bytes, modified_at, changed_at, NULL, CASE WHEN ${IS_OUTDATED} THEN NULL ELSE code END, NULL
  FROM failures WHERE origin ${lower} @start AND origin < @to AND root IS NOT NULL
  ORDER BY path LIMIT @limit`;

function knownFile([path, bytes, modifiedAt, changedAt, id, code, companions]: KnownRow): KnownFile {
  return {
    path,
    bytes,
    modifiedAt,
    ...(changedAt !== null && { changedAt }),
    ...(id !== null && { id: id.toString("hex") }),
    ...(code !== null && { code }),
    ...(companions !== null && { companions: readFoundCompanions(companions) }),
  };
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
    `INSERT INTO failures (origin, root, bytes, modified_at, changed_at, code, reason, at, decoder)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (origin) DO UPDATE SET root = excluded.root, bytes = excluded.bytes,
      modified_at = excluded.modified_at, changed_at = excluded.changed_at, code = excluded.code,
      reason = excluded.reason, at = excluded.at, decoder = excluded.decoder`,
  ).run(origin, rootId, bytes, calendarTime(modifiedAt), changedAt, code, reason, at, DECODER_VERSION);
}

async function failures(
  db: Connection,
  limit: number,
  isWanted: (origin: string) => boolean = () => true,
): Promise<Failure[]> {
  const found: Failure[] = [];
  const range: RowRange = {
    from: "failures f LEFT JOIN roots r ON r.id = f.root",
    prefix: "TRUE",
    order: ["f.origin"],
    parameters: {},
    rows: FILES_PER_BATCH,
  };
  const columns = ["f.origin", "r.path", "f.bytes", "f.modified_at", "f.code", "f.reason", "f.at"];
  const reading = { columns, yielder: new YieldController(), startWith: limit + 1 };
  for await (const rows of slices<FailureRow>(db, range, reading)) {
    for (const [origin, root, bytes, modifiedAt, code, reason, at] of rows) {
      if (found.length >= limit) return found;
      if (!isWanted(origin)) continue;
      const failure = { origin, bytes, modifiedAt: calendarTime(modifiedAt), code, reason, at };
      found.push(root === null ? failure : { ...failure, root });
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
