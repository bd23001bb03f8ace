import type { VerdictStore } from "../ports.ts";
import type { ImageId, Timestamp, Verdict } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection/connection.ts";
import { idBytes } from "./image-keys.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";

export function verdictStore(db: Connection): VerdictStore {
  return {
    put: (verdict) => db.write(() => putVerdict(db, verdict)),
    takeBack: (a, b) => db.write(() => takeBack(db, pairOf(a, b))),
    list: () => verdictsByTime(db),
    of: (id) => db.read(() => verdictsOf(db, id)),
    changes: () =>
      db.read(() =>
        Number(db.statement("SELECT total FROM tallies WHERE name = 'verdict changes'").pluck().get()),
      ),
  };
}

const COLUMNS = ["lower(hex(a))", "lower(hex(b))", "verdict", "at", "before"];
type Row = [
  a: ImageId,
  b: ImageId,
  verdict: Verdict["verdict"],
  at: Timestamp,
  before: Verdict["verdict"] | null,
];

async function verdictsByTime(db: Connection): Promise<Verdict[]> {
  const rows: Row[] = [];
  const range: RowRange = { from: "verdicts", prefix: "TRUE", order: ["a", "b"], parameters: {}, rows: 512 };
  const reading = { columns: COLUMNS, yielder: new YieldController() };
  for await (const some of slices<Row>(db, range, reading)) rows.push(...some);
  return byTime(rows);
}

function verdictsOf(db: Connection, id: ImageId): Verdict[] {
  const columns = COLUMNS.join(", ");
  const rows = db.statement<Row>(
    `SELECT ${columns} FROM verdicts WHERE a = @id UNION ALL SELECT ${columns} FROM verdicts WHERE b = @id`,
  );
  return byTime(rows.raw().all({ id: idBytes(id) }) as Row[]);
}

/** Verdicts of the same moment keep their order. */
const byTime = (rows: readonly Row[]): Verdict[] =>
  rows
    .map(([a, b, verdict, at, before]) => ({ a, b, verdict, at, ...(before !== null && { before }) }))
    .sort((x, y) => x.at - y.at);

/** In sorted order, so that it is the same pair in either order. */
const pairOf = (a: ImageId, b: ImageId) => [a, b].sort().map(idBytes);

/** The latest verdict counts. */
function putVerdict(db: Connection, { a, b, verdict, at }: Verdict): void {
  db.statement(
    `INSERT INTO verdicts (a, b, verdict, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (a, b) DO UPDATE SET verdict = excluded.verdict, at = excluded.at,
      before = iif(excluded.verdict = verdicts.verdict, verdicts.before, verdicts.verdict)`,
  ).run(...pairOf(a, b), verdict, at);
}

function takeBack(db: Connection, pair: ReturnType<typeof pairOf>): void {
  db.statement("DELETE FROM verdicts WHERE a = ? AND b = ? AND before IS NULL").run(...pair);
  db.statement("UPDATE verdicts SET verdict = before, before = NULL WHERE a = ? AND b = ?").run(...pair);
}
