import { isInside } from "../../is-inside.ts";
import type { ImageKey, RecordRow, RecordValue } from "../../ports.ts";
import { byText } from "./record-order.ts";
import type { Columns } from "./record-tables.ts";

/** What a database of either kind gives, by the names of columns. */
export type Row = Readonly<Record<string, unknown>>;

/** SQL of either kind: the columns of a record, of a row `t`. */
export const selected = (columns: Columns): string =>
  Object.entries(columns)
    .map(([name, type]) => {
      if (type === "image") return `(SELECT i.id FROM images i WHERE i.key = t.${name}) AS ${name}`;
      if (type === "root") return `(SELECT r.path FROM roots r WHERE r.id = t.${name}) AS ${name}`;
      return `t.${name}`;
    })
    .join(", ");

export const recordOf = (columns: Columns, row: Row): RecordRow =>
  Object.fromEntries(
    Object.entries(columns).map(([name, type]) => {
      const value = row[name] as RecordValue;
      // SQLite has numbers for flags.
      return [name, type === "flag" && typeof value === "number" ? value === 1 : value];
    }),
  );

export const sortedRecords = (
  columns: Columns,
  rows: readonly Row[] | undefined,
  by: (record: RecordRow) => string,
): RecordRow[] => (rows ?? []).map((row) => recordOf(columns, row)).sort(byText(by));

/** Rows that belong to images, by the key in `of_image`. */
export function byImage(rows: readonly Row[]): Map<ImageKey, Row[]> {
  const found = new Map<ImageKey, Row[]>();
  for (const row of rows) {
    const key = row.of_image as ImageKey;
    const list = found.get(key);
    if (list) list.push(row);
    else found.set(key, [row]);
  }
  return found;
}

/** With the root of the record, or the one of `roots` that it lies in. */
export function withKnownRoot(row: RecordRow, roots: readonly string[]): RecordRow {
  const { root } = row;
  if (typeof root !== "string" || roots.includes(root)) return row;
  return { ...row, root: roots.find((outer) => isInside(root, outer)) ?? root };
}
