import type { YieldController } from "../../yield-controller.ts";
import type { Connection } from "../connection/connection.ts";

/** Rows that are contiguous in an index, read a slice at a time. */
export interface RowRange {
  /** A table with its alias. */
  readonly from: string;
  /** Equality conditions on the index's first columns, which all rows share. */
  readonly prefix: string;
  /** Where the range begins and ends: conditions on the first column of `order`. */
  readonly lower?: string | undefined;
  readonly upper?: string | undefined;
  /** The index's other columns, unique together. */
  readonly order: readonly string[];
  /** Filters the rows of the range. */
  readonly where?: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Maximum number of rows visited per slice, where a row costs more than usual. */
  readonly rows?: number | undefined;
}

interface Reading {
  /** With one column, plain values are returned; with several, each row is an array. */
  readonly columns: readonly string[];
  readonly yielder: YieldController;
  /** Default ascending. */
  readonly descending?: boolean | undefined;
  /** Rows visited in the first slice, for a reader that may stop early; later slices grow. */
  readonly startWith?: number | undefined;
}

/** A slice of this many rows takes about 1 ms. */
const ROWS = 2048;
const GROWTH = 4;

/**
 * Matching rows in index order. Each slice is its own read and visits a bounded number of rows, however few of them
 * match, so that no other work is blocked for long; concurrent writes may or may not be seen.
 */
export async function* slices<Value>(
  db: Connection,
  range: RowRange,
  reading: Reading,
): AsyncIterable<Value[]> {
  const most = range.rows ?? ROWS;
  let rows = Math.min(most, reading.startWith ?? most);
  for (let after: unknown[] | undefined; ; rows = Math.min(most, rows * GROWTH)) {
    const slice = await db.read(() => {
      const end = endOfSlice(db, range, reading, after, rows);
      return { end, values: valuesOf<Value>(db, range, reading, after, end) };
    });
    if (slice.values.length > 0) yield slice.values;
    await reading.yielder.yieldIfDue();
    if (slice.end === undefined) return;
    after = slice.end;
  }
}

/** The last row that the slice visits; undefined when it reaches the end of the range. */
function endOfSlice(
  db: Connection,
  range: RowRange,
  reading: Reading,
  after: unknown[] | undefined,
  rows: number,
): unknown[] | undefined {
  const { from, order, parameters } = range;
  const direction = reading.descending ? "DESC" : "ASC";
  const statement = db.statement<unknown[]>(
    `SELECT ${order.join(", ")} FROM ${from} WHERE ${bounds(range, reading, after !== undefined, false)}
    ORDER BY ${order.map((column) => `${column} ${direction}`).join(", ")} LIMIT 1 OFFSET ${rows - 1}`,
  );
  return statement.raw().get({ ...parameters, ...named("after", after) });
}

function valuesOf<Value>(
  db: Connection,
  range: RowRange,
  reading: Reading,
  after: unknown[] | undefined,
  end: unknown[] | undefined,
): Value[] {
  const { from, order, where = "TRUE", parameters } = range;
  const direction = reading.descending ? "DESC" : "ASC";
  const statement = db.statement<Value>(
    `SELECT ${reading.columns.join(", ")} FROM ${from}
    WHERE ${bounds(range, reading, after !== undefined, end !== undefined)} AND (${where})
    ORDER BY ${order.map((column) => `${column} ${direction}`).join(", ")}`,
  );
  const shaped = reading.columns.length === 1 ? statement.pluck() : statement.raw();
  return shaped.all({ ...parameters, ...named("after", after), ...named("end", end) });
}

/** Two conditions at most on either side: with one more, SQLite might seek by the wrong one and visit too much. */
function bounds(
  { prefix, lower = "TRUE", upper = "TRUE", order }: RowRange,
  { descending }: Reading,
  hasAfter: boolean,
  hasEndMarker: boolean,
): string {
  const [start, stop] = descending ? [upper, lower] : [lower, upper];
  const [beyond, upTo] = descending ? ["<", ">="] : [">", "<="];
  const row = `(${order.join(", ")})`;
  const values = (name: string) => `(${order.map((_, at) => `@${name}${at}`).join(", ")})`;
  return [
    prefix,
    hasAfter ? `${row} ${beyond} ${values("after")}` : start,
    hasEndMarker ? `${row} ${upTo} ${values("end")}` : stop,
  ].join(" AND ");
}

const named = (name: string, values: readonly unknown[] = []) =>
  Object.fromEntries(values.map((value, at) => [`${name}${at}`, value]));
