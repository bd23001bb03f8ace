import type { VerdictStore } from "../ports.ts";
import type { ImageId, Verdict } from "../types.ts";
import type { Connection } from "./connection.ts";
import { hexOf, idBytes } from "./image-keys.ts";
import { readTallies } from "./tallies.ts";

const COLUMNS = `${hexOf("a")} AS a, ${hexOf("b")} AS b, verdict, at`;
/** Verdicts of the same moment keep their order. */
const IN_ORDER = "ORDER BY at, verdicts.a, verdicts.b";

export function verdictStore(db: Connection): VerdictStore {
  return {
    put: ({ a, b, verdict, at }) =>
      db.write(async (session) => {
        // The latest verdict counts.
        await session.run(
          `INSERT INTO verdicts (a, b, verdict, at) VALUES ($1, $2, $3, $4)
          ON CONFLICT (a, b) DO UPDATE SET verdict = excluded.verdict, at = excluded.at`,
          [...pairOf(a, b), verdict, at],
        );
      }),
    remove: (a, b) =>
      db.write(async (session) => {
        await session.run("DELETE FROM verdicts WHERE a = $1 AND b = $2", pairOf(a, b));
      }),
    list: () => db.rows<Verdict>(`SELECT ${COLUMNS} FROM verdicts ${IN_ORDER}`),
    of: (id) =>
      db.rows<Verdict>(
        `SELECT ${COLUMNS} FROM verdicts WHERE verdicts.a = $1 OR verdicts.b = $1 ${IN_ORDER}`,
        [idBytes(id) ?? null],
      ),
    changes: async () => (await readTallies(db, ["verdict changes"]))["verdict changes"] ?? 0,
  };
}

/** In sorted order, so that it is the same pair in either order. */
const pairOf = (a: ImageId, b: ImageId) => [a, b].sort().map((id) => idBytes(id) ?? null);
