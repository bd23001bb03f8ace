import type { Catalog } from "../ports.ts";
import type { Connection } from "./connection.ts";

export function cursors(db: Connection) {
  return {
    cursor: (name) =>
      db.read(() => db.statement<string>("SELECT value FROM cursors WHERE name = ?").pluck().get(name)),
    setCursor: (name, value) => db.write(() => setCursor(db, name, value)),
    cursors: (prefix) =>
      db.read(() => new Map(withPrefix(db, prefix).map(({ name, value }) => [name, value]))),
  } satisfies Partial<Catalog>;
}

function setCursor(db: Connection, name: string, value: string | undefined): void {
  if (value === undefined) db.statement("DELETE FROM cursors WHERE name = ?").run(name);
  else db.statement("INSERT OR REPLACE INTO cursors (name, value) VALUES (?, ?)").run(name, value);
}

function withPrefix(db: Connection, prefix: string): { name: string; value: string }[] {
  return db
    .statement<{ name: string; value: string }>(
      "SELECT name, value FROM cursors WHERE substr(name, 1, length(@prefix)) = @prefix ORDER BY name",
    )
    .all({ prefix });
}
