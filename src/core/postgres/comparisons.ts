import type { ComparisonStore, ImageKey, PictureComparison } from "../ports.ts";
import type { Connection } from "./connection.ts";

/** About 100 bytes each. Beyond, the oldest go. */
const MAX_COMPARISONS = 1_000_000;
const AT_ONCE = 2000;

interface Row {
  readonly first: ImageKey;
  readonly second: ImageKey;
  readonly outcome: PictureComparison["outcome"];
  readonly inDoubt: boolean;
  readonly edits: string;
  readonly agreement: number;
}

export function comparisonStore(db: Connection): ComparisonStore {
  return {
    get: async (version, pairs) => {
      const rows: Row[] = [];
      for (let start = 0; start < pairs.length; start += AT_ONCE) {
        const some = pairs.slice(start, start + AT_ONCE);
        rows.push(
          ...(await db.rows<Row>(
            `SELECT c.first, c.second, c.outcome, c.in_doubt AS "inDoubt", c.edits, c.agreement
            FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS w (first, second, place)
            JOIN comparisons c ON c.first = w.first AND c.second = w.second WHERE c.version = $1 ORDER BY w.place`,
            [version, some.map(([first]) => first), some.map(([, second]) => second)],
          )),
        );
      }
      return rows.map(({ first, second, edits, ...told }) => ({
        first,
        second,
        comparison: { ...told, edits: JSON.parse(edits) },
      }));
    },
    put: async (version, comparisons) => {
      for (let start = 0; start < comparisons.length; start += AT_ONCE) {
        const some = comparisons.slice(start, start + AT_ONCE);
        const told = some.map(({ comparison }) => comparison);
        await db.write(async (session) => {
          // The latest of a pair has the highest id, by which the oldest go.
          await session.run(
            `INSERT INTO comparisons AS c (first, second, version, outcome, in_doubt, edits, agreement)
              SELECT n.first, n.second, $1, n.outcome, n.in_doubt, n.edits, n.agreement
              FROM (SELECT DISTINCT ON (first, second) * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::boolean[],
                $6::text[], $7::float8[]) WITH ORDINALITY AS u (first, second, outcome, in_doubt, edits, agreement, place)
                ORDER BY first, second, place DESC) n
              JOIN images a ON a.key = n.first JOIN images b ON b.key = n.second
            ON CONFLICT (first, second) DO UPDATE SET id = DEFAULT, version = excluded.version,
              outcome = excluded.outcome, in_doubt = excluded.in_doubt, edits = excluded.edits,
              agreement = excluded.agreement`,
            [
              version,
              some.map(({ first }) => first),
              some.map(({ second }) => second),
              told.map(({ outcome }) => outcome),
              told.map(({ inDoubt }) => inDoubt),
              told.map(({ edits }) => JSON.stringify(edits)),
              told.map(({ agreement }) => agreement),
            ],
          );
          await session.run("DELETE FROM comparisons WHERE id <= (SELECT max(id) FROM comparisons) - $1", [
            MAX_COMPARISONS,
          ]);
        });
      }
    },
  };
}
