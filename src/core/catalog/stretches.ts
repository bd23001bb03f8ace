import type { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection.ts";

/** Rows that lie side by side in an index, to be read a slice at a time. */
export interface Stretch {
  /** A table with its alias. */
  readonly from: string;
  /** What is equal in all rows: conditions on the index's first columns. */
  readonly range: string;
  /** Where the stretch begins and ends: conditions on the first column of `order`. */
  readonly lower?: string | undefined;
  readonly upper?: string | undefined;
  /** The index's other columns, unique together. */
  readonly order: readonly string[];
  /** Which of the rows are wanted. */
  readonly where?: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Rows visited in one slice where looking at one costs more than usual. */
  readonly rows?: number | undefined;
}

interface Reading {
  /** One: its values come by themselves; several: each row is an array. */
  readonly columns: readonly string[];
  readonly turns: YieldController;
  /** Default ascending. */
  readonly descending?: boolean | undefined;
  /** Rows visited at first, for a reader who may stop early; the slices grow. */
  readonly startWith?: number | undefined;
}

/** A slice of this many rows takes about 1 ms. */
const ROWS = 2048;
const GROWTH = 4;

/**
 * The wanted rows in the order of the index. Each slice is read by itself and visits a bounded number of rows, however
 * few of them are wanted, so that nobody waits long; what is written meanwhile may or may not be seen.
 */
export async function* slices<Value>(
  db: Connection,
  stretch: Stretch,
  reading: Reading,
): AsyncIterable<Value[]> {
  const most = stretch.rows ?? ROWS;
  let rows = Math.min(most, reading.startWith ?? most);
  for (let after: unknown[] | undefined; ; rows = Math.min(most, rows * GROWTH)) {
    const slice = await db.read(() => {
      const end = endOfSlice(db, stretch, reading, after, rows);
      return { end, values: valuesOf<Value>(db, stretch, reading, after, end) };
    });
    if (slice.values.length > 0) yield slice.values;
    await reading.turns.yieldIfDue();
    if (slice.end === undefined) return;
    after = slice.end;
  }
}

/** The last row that the slice visits; undefined when it reaches the end of the stretch. */
function endOfSlice(
  db: Connection,
  stretch: Stretch,
  reading: Reading,
  after: unknown[] | undefined,
  rows: number,
): unknown[] | undefined {
  const { from, order, parameters } = stretch;
  const direction = reading.descending ? "DESC" : "ASC";
  const statement = db.statement<unknown[]>(
    `SELECT ${order.join(", ")} FROM ${from} WHERE ${bounds(stretch, reading, after !== undefined, false)}
    ORDER BY ${order.map((column) => `${column} ${direction}`).join(", ")} LIMIT 1 OFFSET ${rows - 1}`,
  );
  return statement.raw().get({ ...parameters, ...named("after", after) });
}

function valuesOf<Value>(
  db: Connection,
  stretch: Stretch,
  reading: Reading,
  after: unknown[] | undefined,
  end: unknown[] | undefined,
): Value[] {
  const { from, order, where = "TRUE", parameters } = stretch;
  const direction = reading.descending ? "DESC" : "ASC";
  const statement = db.statement<Value>(
    `SELECT ${reading.columns.join(", ")} FROM ${from}
    WHERE ${bounds(stretch, reading, after !== undefined, end !== undefined)} AND (${where})
    ORDER BY ${order.map((column) => `${column} ${direction}`).join(", ")}`,
  );
  const shaped = reading.columns.length === 1 ? statement.pluck() : statement.raw();
  return shaped.all({ ...parameters, ...named("after", after), ...named("end", end) });
}

/** Two conditions at most on either side: with one more, SQLite might seek by the wrong one and visit too much. */
function bounds(
  { range, lower = "TRUE", upper = "TRUE", order }: Stretch,
  { descending }: Reading,
  hasAfter: boolean,
  hasEnd: boolean,
): string {
  const [start, stop] = descending ? [upper, lower] : [lower, upper];
  const [beyond, upTo] = descending ? ["<", ">="] : [">", "<="];
  const row = `(${order.join(", ")})`;
  const values = (name: string) => `(${order.map((_, at) => `@${name}${at}`).join(", ")})`;
  return [
    range,
    hasAfter ? `${row} ${beyond} ${values("after")}` : start,
    hasEnd ? `${row} ${upTo} ${values("end")}` : stop,
  ].join(" AND ");
}

const named = (name: string, values: readonly unknown[] = []) =>
  Object.fromEntries(values.map((value, at) => [`${name}${at}`, value]));
