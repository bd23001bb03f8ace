import type { VerdictStore } from "../ports.ts";
import type { ImageId, Verdict } from "../types.ts";
import type { Connection } from "./connection.ts";
import { hexOf, idBytes } from "./image-keys.ts";
import { readTallies } from "./tallies.ts";

const COLUMNS = `${hexOf("a")} AS a, ${hexOf("b")} AS b, verdict, at, before`;
/** Verdicts of the same moment keep their order. */
const IN_ORDER = "ORDER BY at, verdicts.a, verdicts.b";

export function verdictStore(db: Connection): VerdictStore {
  return {
    put: ({ a, b, verdict, at }) =>
      db.write(async (session) => {
        // The latest verdict counts.
        await session.run(
          `INSERT INTO verdicts (a, b, verdict, at) VALUES ($1, $2, $3, $4)
          ON CONFLICT (a, b) DO UPDATE SET verdict = excluded.verdict, at = excluded.at,
            before = CASE WHEN excluded.verdict = verdicts.verdict THEN verdicts.before ELSE verdicts.verdict END`,
          [...pairOf(a, b), verdict, at],
        );
      }),
    takeBack: (a, b) =>
      db.write(async (session) => {
        const pair = pairOf(a, b);
        await session.run("DELETE FROM verdicts WHERE a = $1 AND b = $2 AND before IS NULL", pair);
        await session.run(
          "UPDATE verdicts SET verdict = before, before = NULL WHERE a = $1 AND b = $2",
          pair,
        );
      }),
    list: async () => (await db.rows<Row>(`SELECT ${COLUMNS} FROM verdicts ${IN_ORDER}`)).map(verdictOf),
    of: async (id) => {
      const where = "WHERE verdicts.a = $1 OR verdicts.b = $1";
      const rows = await db.rows<Row>(`SELECT ${COLUMNS} FROM verdicts ${where} ${IN_ORDER}`, [
        idBytes(id) ?? null,
      ]);
      return rows.map(verdictOf);
    },
    changes: async () => (await readTallies(db, ["verdict changes"]))["verdict changes"] ?? 0,
  };
}

type Row = Omit<Verdict, "before"> & { readonly before: Verdict["verdict"] | null };

const verdictOf = ({ before, ...verdict }: Row): Verdict => ({
  ...verdict,
  ...(before !== null && { before }),
});

/** In sorted order, so that it is the same pair in either order. */
const pairOf = (a: ImageId, b: ImageId) => [a, b].sort().map((id) => idBytes(id) ?? null);
