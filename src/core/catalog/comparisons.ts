import type { ComparisonStore, ImageKey, PictureComparison, StoredComparison } from "../ports.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection/connection.ts";

/** About 100 bytes each. Beyond, the oldest go. */
const MAX_COMPARISONS = 1_000_000;
const AT_ONCE = 500;

type Pair = readonly [first: ImageKey, second: ImageKey];

export function comparisonStore(db: Connection, limit = MAX_COMPARISONS): ComparisonStore {
  return {
    get: async (version, pairs) => {
      const yielder = new YieldController();
      const found: StoredComparison[] = [];
      for (let start = 0; start < pairs.length; start += AT_ONCE) {
        const some = pairs.slice(start, start + AT_ONCE);
        found.push(...(await db.read(() => stored(db, version, some))));
        await yielder.yieldIfDue();
      }
      return found;
    },
    put: async (version, comparisons) => {
      for (let start = 0; start < comparisons.length; start += AT_ONCE) {
        const some = comparisons.slice(start, start + AT_ONCE);
        await db.write(() => store(db, version, some, limit));
      }
    },
  };
}

interface Row {
  readonly first: ImageKey;
  readonly second: ImageKey;
  readonly outcome: PictureComparison["outcome"];
  readonly inDoubt: number;
  readonly edits: string;
  readonly agreement: number;
}

function stored(db: Connection, version: number, pairs: readonly Pair[]): StoredComparison[] {
  const rows = db
    .statement<Row>(
      `SELECT first, second, outcome, in_doubt AS inDoubt, edits, agreement
      FROM json_each(?) AS wanted CROSS JOIN comparisons
      ON first = wanted.value ->> 0 AND second = wanted.value ->> 1 WHERE version = ?`,
    )
    .all(JSON.stringify(pairs), version);
  return rows.map(({ first, second, outcome, inDoubt, edits, agreement }) => ({
    first,
    second,
    comparison: { outcome, inDoubt: inDoubt === 1, edits: JSON.parse(edits), agreement },
  }));
}

function store(
  db: Connection,
  version: number,
  comparisons: readonly StoredComparison[],
  limit: number,
): void {
  const insert = db.statement(
    `INSERT OR REPLACE INTO comparisons (first, second, version, outcome, in_doubt, edits, agreement)
    SELECT @first, @second, @version, @outcome, @inDoubt, @edits, @agreement
    WHERE EXISTS (SELECT 1 FROM images WHERE key = @first) AND EXISTS (SELECT 1 FROM images WHERE key = @second)`,
  );
  for (const { first, second, comparison } of comparisons) {
    const { outcome, inDoubt, edits, agreement } = comparison;
    insert.run({
      first,
      second,
      version,
      outcome,
      inDoubt: inDoubt ? 1 : 0,
      edits: JSON.stringify(edits),
      agreement,
    });
  }
  // Ids grow: what was written longest ago has the lowest.
  db.statement("DELETE FROM comparisons WHERE id <= (SELECT max(id) FROM comparisons) - ?").run(limit);
}
