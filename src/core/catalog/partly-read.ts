import type { PartlyReadCounts, Scope } from "../types.ts";
import type { Connection } from "./connection.ts";
import { isVisible } from "./keys-in-scope.ts";
import { scopeQuery } from "./scope-query.ts";

/** By partial indexes: of most libraries there is next to nothing in them. */
export async function partlyRead(db: Connection, scope: Scope): Promise<PartlyReadCounts> {
  const count = (condition: string) =>
    db
      .statement<number>(`SELECT count(*) FROM images i WHERE ${condition} AND ${isVisible(scope)}`)
      .pluck()
      .get(scopeQuery(scope).parameters) ?? 0;
  return db.read(() => ({ cut: count("i.cut = 1"), severalPages: count("i.pages > 1") }));
}
