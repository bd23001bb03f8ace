import type { ImageStore } from "../ports.ts";
import type { Connection } from "./connection.ts";
import { keysByDate } from "./keys-by-date.ts";
import type { VisibleKeys } from "./visible-keys.ts";

export function scope(db: Connection, visible: VisibleKeys) {
  return {
    count: (scope) => visible.count(scope),
    byDate: (scope, order, limit) => keysByDate(db, scope, { order, limit }),
  } satisfies Partial<ImageStore>;
}
