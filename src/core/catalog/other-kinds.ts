import type { FileStore } from "../ports.ts";
import type { FilesByKind } from "../types.ts";
import type { Connection } from "./connection/connection.ts";

export function otherKinds(db: Connection) {
  return {
    otherKinds: (root) => db.read(() => kindsOf(db, root)),
    putOtherKinds: (root, files) => db.write(() => replaceKinds(db, root, files)),
  } satisfies Partial<FileStore>;
}

function kindsOf(db: Connection, root: string): FilesByKind {
  const rows = db
    .statement<{ kind: string; files: number }>(
      "SELECT k.kind, k.files FROM other_kinds k JOIN roots r ON r.id = k.root WHERE r.path = ? ORDER BY k.kind",
    )
    .all(root);
  return Object.fromEntries(rows.map(({ kind, files }) => [kind, files]));
}

function replaceKinds(db: Connection, root: string, files: FilesByKind): void {
  const id = db.statement<number>("SELECT id FROM roots WHERE path = ?").pluck().get(root);
  if (id === undefined) return;
  db.statement("DELETE FROM other_kinds WHERE root = ?").run(id);
  for (const [kind, count] of Object.entries(files))
    db.statement("INSERT INTO other_kinds (root, kind, files) VALUES (?, ?, ?)").run(id, kind, count);
}
