import { setImmediate as nextTurn } from "node:timers/promises";
import type { RemoveReport } from "../types.ts";
import type { Connection } from "./connection/connection.ts";
import { scheduleVacuum } from "./connection/vacuum-scheduler.ts";

/** Removed keys kept in the change sequence of a space; an index that lags further behind reloads the embeddings. */
const TOMBSTONES_KEPT = 4096;

/** Placements removed in one step: it overwrites vectors and thumbnails while holding the write lock. */
const ERASED_PER_BATCH = 64;

/**
 * Runs `steps`, each atomic, durable and returning how many placements it removed. An interrupted removal leaves
 * a consistent catalog, and calling it again finishes it. The bytes are overwritten at once and purged from the log;
 * see vacuum-scheduler.ts for the copies that SQLite may have left elsewhere in the file.
 *
 * A removal by a user also deletes the verdicts on erased images, since a verdict holds their hashes; an image
 * that a scan found missing keeps them in case the file reappears.
 */
export async function erase(
  db: Connection,
  requestedBy: "user" | "scan",
  steps: Iterable<() => number>,
): Promise<RemoveReport> {
  let [placements, images] = [0, 0];
  for (const step of steps) {
    const report = await db.write(() => counted(db, requestedBy, step));
    placements += report.placements;
    images += report.images;
    await nextTurn();
  }
  await db.truncateWal();
  return { placements, images };
}

/** One step per batch of `items`. */
export function* inBatches<Item>(
  items: readonly Item[],
  remove: (some: readonly Item[]) => number,
): Iterable<() => number> {
  for (let start = 0; start < items.length; start += ERASED_PER_BATCH) {
    yield () => remove(items.slice(start, start + ERASED_PER_BATCH));
  }
}

/** Steps until `remove` returns less than a full batch. */
export function* untilNoneLeft(remove: (limit: number) => number): Iterable<() => number> {
  for (let left = true; left; ) {
    yield () => {
      const placements = remove(ERASED_PER_BATCH);
      left = placements === ERASED_PER_BATCH;
      return placements;
    };
  }
}

function counted(db: Connection, requestedBy: "user" | "scan", remove: () => number): RemoveReport {
  db.statement("DELETE FROM temp.erased").run();
  const before = changesOf(db);
  const placements = remove();
  const images = Number(db.statement("SELECT count(*) FROM temp.erased").pluck().get());
  if (requestedBy === "user") {
    if (changesOf(db) > before) scheduleVacuum(db);
    db.statement("DELETE FROM verdicts WHERE a IN (SELECT id FROM temp.erased)").run();
    db.statement("DELETE FROM verdicts WHERE b IN (SELECT id FROM temp.erased)").run();
  }
  db.statement("DELETE FROM temp.erased").run();
  if (images > 0) pruneTombstones(db);
  return { placements, images };
}

/** Rows changed so far, by triggers and cascades too. */
const changesOf = (db: Connection) => Number(db.statement("SELECT total_changes()").pluck().get());

/** A write that overwrites something private; `forget` returns the number of rows. */
export async function eraseInPlace(db: Connection, forget: () => number): Promise<void> {
  const rows = await db.write(() => {
    const overwritten = forget();
    if (overwritten > 0) scheduleVacuum(db);
    return overwritten;
  });
  if (rows > 0) await db.truncateWal();
}

function pruneTombstones(db: Connection): void {
  const spaces = db.statement<number>("SELECT id FROM spaces").pluck().all();
  for (const space of spaces) {
    const seq = db
      .statement<number>(
        "SELECT seq FROM changes WHERE space = ? AND gone = 1 ORDER BY seq DESC LIMIT 1 OFFSET ?",
      )
      .pluck()
      .get(space, TOMBSTONES_KEPT);
    if (seq === undefined) continue;
    db.statement("DELETE FROM changes WHERE space = ? AND gone = 1 AND seq <= ?").run(space, seq);
    db.statement("UPDATE spaces SET forgotten_seq = ? WHERE id = ?").run(seq, space);
  }
}
