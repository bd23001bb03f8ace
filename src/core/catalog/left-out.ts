import type { FileStore } from "../ports.ts";
import type { LeftOut, LeftOutCount } from "../types.ts";
import type { Connection } from "./connection/connection.ts";

export function leftOut(db: Connection) {
  return {
    leftOut: (root) => db.read(() => leftOutOf(db, root)),
    putLeftOut: (root, counts) => db.write(() => replaceLeftOut(db, root, counts)),
  } satisfies Partial<FileStore>;
}

function leftOutOf(db: Connection, root: string): LeftOut {
  const rows = db
    .statement<LeftOutCount & { reason: string }>(
      `SELECT l.reason, l.pictures, l.folders FROM left_out l JOIN roots r ON r.id = l.root
      WHERE r.path = ? ORDER BY l.reason`,
    )
    .all(root);
  return Object.fromEntries(rows.map(({ reason, ...count }) => [reason, count]));
}

function replaceLeftOut(db: Connection, root: string, counts: LeftOut): void {
  const id = db.statement<number>("SELECT id FROM roots WHERE path = ?").pluck().get(root);
  if (id === undefined) return;
  db.statement("DELETE FROM left_out WHERE root = ?").run(id);
  for (const [reason, { pictures, folders }] of Object.entries(counts))
    db.statement("INSERT INTO left_out (root, reason, pictures, folders) VALUES (?, ?, ?, ?)").run(
      id,
      reason,
      pictures,
      folders,
    );
}
