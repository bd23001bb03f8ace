import type { VerdictStore } from "../ports.ts";
import type { ImageId, Timestamp, Verdict } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";
import { idBytes } from "./image-keys.ts";
import { type RowRange, slices } from "./row-ranges.ts";

export function verdictStore(db: Connection): VerdictStore {
  return {
    put: (verdict) => db.write(() => putVerdict(db, verdict)),
    list: () => verdictsByTime(db),
  };
}

async function verdictsByTime(db: Connection): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const range: RowRange = { from: "verdicts", prefix: "TRUE", order: ["a", "b"], parameters: {}, rows: 512 };
  const columns = ["lower(hex(a))", "lower(hex(b))", "verdict", "at"];
  type Row = [a: ImageId, b: ImageId, verdict: Verdict["verdict"], at: Timestamp];
  for await (const rows of slices<Row>(db, range, { columns, yielder: new YieldController() })) {
    for (const [a, b, verdict, at] of rows) verdicts.push({ a, b, verdict, at });
  }
  // Verdicts of the same moment keep the order of their ids.
  return verdicts.sort((x, y) => x.at - y.at);
}

/** The pair in sorted order, so that it is the same pair in either order. The latest verdict counts. */
function putVerdict(db: Connection, { a, b, verdict, at }: Verdict): void {
  const pair = [a, b].sort().map(idBytes);
  db.statement(
    `INSERT INTO verdicts (a, b, verdict, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (a, b) DO UPDATE SET verdict = excluded.verdict, at = excluded.at`,
  ).run(...pair, verdict, at);
}
