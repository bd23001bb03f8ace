import type { RemoveReport } from "../types.ts";
import type { Connection } from "./connection.ts";

/** Gone keys kept in the change sequence of a space; whoever lags further behind reads the embeddings anew. */
const GONE_KEPT = 4096;

/**
 * Runs `remove`, which answers how many placements it took away, and counts the images that went with
 * their last placement. A person's removal takes the verdicts on those images along, since a verdict holds
 * their hashes; one that a scan found gone keeps them for when the file turns up again.
 */
export function erasing(db: Connection, asked: "person" | "scan", remove: () => number): RemoveReport {
  db.statement("DELETE FROM temp.erased").run();
  const placements = remove();
  const images = Number(db.statement("SELECT count(*) FROM temp.erased").pluck().get());
  if (asked === "person") {
    db.statement("DELETE FROM verdicts WHERE a IN (SELECT id FROM temp.erased)").run();
    db.statement("DELETE FROM verdicts WHERE b IN (SELECT id FROM temp.erased)").run();
  }
  db.statement("DELETE FROM temp.erased").run();
  if (images > 0) forgetLongGone(db);
  return { placements, images };
}

/** `erasing` in one step of its own, after which no file of the catalog holds a byte of what was erased. */
export async function erase(
  db: Connection,
  asked: "person" | "scan",
  remove: () => number,
): Promise<RemoveReport> {
  const report = await db.write(() => erasing(db, asked, remove));
  if (report.placements > 0) await db.emptyLog();
  return report;
}

/** A write that overwrites something private, after which no file of the catalog holds a byte of it. */
export async function forgetting(db: Connection, forget: () => void): Promise<void> {
  await db.write(forget);
  await db.emptyLog();
}

function forgetLongGone(db: Connection): void {
  const spaces = db.statement<number>("SELECT id FROM spaces").pluck().all();
  for (const space of spaces) {
    const seq = db
      .statement<number>(
        "SELECT seq FROM changes WHERE space = ? AND gone = 1 ORDER BY seq DESC LIMIT 1 OFFSET ?",
      )
      .pluck()
      .get(space, GONE_KEPT);
    if (seq === undefined) continue;
    db.statement("DELETE FROM changes WHERE space = ? AND gone = 1 AND seq <= ?").run(space, seq);
    db.statement("UPDATE spaces SET forgotten_seq = ? WHERE id = ?").run(seq, space);
  }
}
