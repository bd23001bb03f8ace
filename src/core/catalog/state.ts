import type { StateStore } from "../ports.ts";
import { YieldController } from "../yield-controller.ts";
import type { Connection } from "./connection/connection.ts";
import { eraseInPlace } from "./erase.ts";
import { type RowRange, slices } from "./scope/row-ranges.ts";

export function stateStore(db: Connection): StateStore {
  return {
    get: (name) =>
      db.read(() => db.statement<string>("SELECT value FROM cursors WHERE name = ?").pluck().get(name)),
    set: (name, value) => db.write(() => setValue(db, name, value)),
    list: (prefix) => withPrefix(db, prefix),
    erase: (names) =>
      eraseInPlace(db, () => {
        const erase = db.statement("DELETE FROM cursors WHERE name = ?");
        return names.reduce((erased, name) => erased + erase.run(name).changes, 0);
      }),
  };
}

function setValue(db: Connection, name: string, value: string | undefined): void {
  if (value === undefined) db.statement("DELETE FROM cursors WHERE name = ?").run(name);
  else db.statement("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)").run(name, value);
}

async function withPrefix(db: Connection, prefix: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const range: RowRange = {
    from: "cursors",
    prefix: "TRUE",
    lower: "name >= @prefix",
    // U+10FFFF is the last code point, so no name sorts after it.
    upper: "name < @prefix || char(1114111)",
    order: ["name"],
    parameters: { prefix },
    rows: 512,
  };
  const columns = ["name", "value"];
  for await (const rows of slices<[name: string, value: string]>(db, range, {
    columns,
    yielder: new YieldController(),
  })) {
    for (const [name, value] of rows) found.set(name, value);
  }
  return found;
}
