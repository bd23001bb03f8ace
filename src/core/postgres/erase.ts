import type { RemoveReport } from "../types.ts";
import type { Connection, Session } from "./connection.ts";

/** Removed images that are kept in the change sequence of a space; whoever lags further behind starts from scratch. */
const TOMBSTONES_KEPT = 4096;

/** Placements removed in one step. */
const ERASED_PER_STEP = 256;

/** The tally of removals whose bytes are still in the server's files. */
export const ERASURES = "erasures";

/** Inside a write that erases what a person wants gone; see maintain.ts. */
export async function scheduleVacuum(session: Session): Promise<void> {
  await session.rows("SELECT tally($1, 1)", [ERASURES]);
}

/** Removes some placements and tells how many; it may run again when the transaction was undone. */
type Step = (session: Session) => Promise<number>;

/**
 * Runs the steps, each in one transaction, images that are left without a placement included. An interrupted removal
 * leaves a consistent library, and calling it again finishes it. A removal that a person asked for also deletes the
 * verdicts on erased images, since a verdict holds their hashes.
 */
export async function erase(
  db: Connection,
  requestedBy: "person" | "scan",
  steps: Iterable<Step>,
): Promise<RemoveReport> {
  let [placements, images] = [0, 0];
  for (const step of steps) {
    const removed = await db.write(async (session) => {
      const count = await step(session);
      const erased = await eraseOrphans(session);
      if (requestedBy === "person") await forgetVerdicts(session, erased);
      if (requestedBy === "person" && count > 0) await scheduleVacuum(session);
      if (erased.length > 0) await pruneTombstones(session);
      return { placements: count, images: erased.length };
    });
    placements += removed.placements;
    images += removed.images;
  }
  return { placements, images };
}

/** One step per batch of `items`. */
export function* inBatches<Item>(
  items: readonly Item[],
  remove: (session: Session, some: readonly Item[]) => Promise<number>,
): Iterable<Step> {
  for (let start = 0; start < items.length; start += ERASED_PER_STEP) {
    const some = items.slice(start, start + ERASED_PER_STEP);
    yield (session) => remove(session, some);
  }
}

/** Steps until `remove` removes less than it was asked to. */
export function* untilNoneLeft(remove: (session: Session, limit: number) => Promise<number>): Iterable<Step> {
  for (let left = true; left; ) {
    yield async (session) => {
      const placements = await remove(session, ERASED_PER_STEP);
      left = placements === ERASED_PER_STEP;
      return placements;
    };
  }
}

/**
 * Ends a write that takes placements from images: those left without one are erased. Their locks come first, so that
 * of two who take the last two placements the later one sees that none is left.
 * @returns the ids of the erased
 */
export async function eraseOrphans(session: Session): Promise<Buffer[]> {
  const left = await session.rows<{ image: number }>("DELETE FROM orphan_candidates RETURNING image");
  if (left.length === 0) return [];
  const keys = [[...new Set(left.map(({ image }) => image))]];
  await session.rows(
    "SELECT key FROM images WHERE key = ANY($1::bigint[]) ORDER BY key FOR NO KEY UPDATE",
    keys,
  );
  // In one statement for all of them: what follows their rows by triggers follows once.
  const erased = await session.rows<{ id: Buffer }>(
    `WITH orphans AS MATERIALIZED (
      SELECT i.key FROM images i WHERE i.key = ANY($1::bigint[])
        AND NOT EXISTS (SELECT 1 FROM files WHERE image = i.key) AND NOT EXISTS (SELECT 1 FROM posts WHERE image = i.key)
    ), ${["tags", "readings", "reading_queue", "vectors"]
      .map((table) => `${table}_erased AS (DELETE FROM ${table} WHERE image IN (SELECT key FROM orphans))`)
      .join(", ")}
    DELETE FROM images WHERE key IN (SELECT key FROM orphans) RETURNING id`,
    keys,
  );
  return erased.map(({ id }) => id);
}

export async function forgetVerdicts(session: Session, ids: readonly Buffer[]): Promise<void> {
  if (ids.length === 0) return;
  await session.run("DELETE FROM verdicts WHERE a = ANY($1::bytea[]) OR b = ANY($1::bytea[])", [ids]);
}

async function pruneTombstones(session: Session): Promise<void> {
  await session.run(
    `WITH pruned AS (
      SELECT s.id, (SELECT c.seq FROM changes c WHERE c.space = s.id AND c.gone
        ORDER BY c.seq DESC LIMIT 1 OFFSET ${TOMBSTONES_KEPT}) AS seq FROM spaces s
    ), forgotten AS (
      DELETE FROM changes c USING pruned p WHERE c.space = p.id AND c.gone AND c.seq <= p.seq
    )
    UPDATE spaces s SET forgotten_seq = p.seq FROM pruned p WHERE s.id = p.id AND p.seq IS NOT NULL`,
  );
}
