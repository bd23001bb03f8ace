import type { RecordPosition, RecordRow } from "../../ports.ts";
import { type RecordTable, TABLES_AFTER_PICTURES, TABLES_BEFORE_PICTURES } from "./record-tables.ts";

const SECTIONS: readonly { readonly section: string; readonly table?: RecordTable }[] = [
  ...TABLES_BEFORE_PICTURES.map((table) => ({ section: table.name, table })),
  { section: "pictures" },
  ...TABLES_AFTER_PICTURES.map((table) => ({ section: table.name, table })),
];

/** What is to be read from a position on, in order; of its own section, what comes after. */
export function sectionsAfter(
  from: RecordPosition | undefined,
): { section: string; table?: RecordTable; after?: string }[] {
  const start = from === undefined ? 0 : SECTIONS.findIndex(({ section }) => section === from.section);
  return SECTIONS.slice(Math.max(start, 0)).map((each, at) => ({
    ...each,
    ...(at === 0 && from?.after !== undefined && { after: from.after }),
  }));
}

/** In the order of code units, whichever database it comes from. */
export const byText =
  <Item>(textOf: (item: Item) => string) =>
  (a: Item, b: Item): number => {
    const [one, other] = [textOf(a), textOf(b)];
    return one < other ? -1 : Number(one > other);
  };

export const canonicalText = (row: RecordRow): string =>
  JSON.stringify(
    Object.keys(row)
      .sort()
      .map((name) => row[name]),
  );
