import type { Catalog, ImageKey } from "../ports.ts";
import type { Scope } from "../types.ts";
import type { Connection } from "./connection.ts";
import { KeyBits } from "./key-set.ts";
import { isEverything, scopeQuery } from "./scope-query.ts";

export function scope(db: Connection) {
  return {
    keysInScope: async (scope) =>
      isEverything(scope) ? undefined : db.read(() => new KeyBits(visibleKeys(db, scope))),
    keysByDate: (scope, order, limit) => db.read(() => keysByDate(db, scope, { order, limit })),
  } satisfies Partial<Catalog>;
}

/** One for each visible placement, in no order. */
function visibleKeys(db: Connection, scope: Scope): ImageKey[] {
  const { placements, image, parameters } = scopeQuery(scope);
  return db.statement<ImageKey>(`SELECT image FROM (${placements}) WHERE ${image}`).pluck().all(parameters);
}

function keysByDate(
  db: Connection,
  scope: Scope,
  { order, limit }: { order: "newest" | "oldest"; limit: number },
): ImageKey[] {
  const { placements, image, parameters } = scopeQuery(scope);
  const direction = order === "newest" ? "DESC" : "ASC";
  return db
    .statement<ImageKey>(
      `SELECT image FROM (${placements}) WHERE ${image}
      GROUP BY image ORDER BY max(date) ${direction}, image LIMIT @limit`,
    )
    .pluck()
    .all({ ...parameters, limit });
}
