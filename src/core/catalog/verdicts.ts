import type { Catalog } from "../ports.ts";
import type { Verdict } from "../types.ts";
import { idBytes } from "./bytes.ts";
import type { Connection } from "./connection.ts";

export function verdicts(db: Connection) {
  return {
    putVerdict: (verdict) => db.write(() => putVerdict(db, verdict)),
    verdicts: () =>
      db.read(() =>
        db
          .statement<Verdict>(
            "SELECT lower(hex(a)) AS a, lower(hex(b)) AS b, verdict, at FROM verdicts ORDER BY at, a, b",
          )
          .all(),
      ),
  } satisfies Partial<Catalog>;
}

/** The pair in sorted order, so that it is one pair whichever way it was named. The latest word counts. */
function putVerdict(db: Connection, { a, b, verdict, at }: Verdict): void {
  const pair = [a, b].sort().map(idBytes);
  db.statement(
    `INSERT INTO verdicts (a, b, verdict, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (a, b) DO UPDATE SET verdict = excluded.verdict, at = excluded.at`,
  ).run(...pair, verdict, at);
}
