import { hostname } from "node:os";
import { isInside } from "../is-inside.ts";
import type { Root } from "../ports.ts";
import type { FilePlacement } from "../types.ts";
import type { Connection } from "./connection/connection.ts";

export interface RootRow {
  readonly id: number;
  readonly path: string;
  readonly kind: Root["kind"];
  readonly state: Root["state"];
  readonly addedAt: number;
  readonly lastScanAt: number | null;
  readonly host: string;
}

export function allRoots(db: Connection): RootRow[] {
  return db
    .statement<RootRow>(
      `SELECT id, path, kind, state, added_at AS addedAt, last_scan_at AS lastScanAt, coalesce(host, ?) AS host
      FROM roots ORDER BY path`,
    )
    .all(hostname());
}

/**
 * Adding a path here makes its root one of this host, whatever host it belonged to before. Roots never nest: one inside an added folder is that folder's already, and a folder takes in the roots
 * inside it with their files.
 */
export function addRoot(db: Connection, path: string, kind: Root["kind"]): number {
  const roots = allRoots(db);
  const outer = roots.find((root) => isInside(path, root.path));
  if (outer) {
    db.statement("UPDATE roots SET host = ? WHERE id = ?").run(hostname(), outer.id);
    return outer.id;
  }
  const id = Number(
    db
      .statement("INSERT INTO roots (path, kind, state, added_at, host) VALUES (?, ?, 'online', ?, ?)")
      .run(path, kind, Date.now(), hostname()).lastInsertRowid,
  );
  for (const inner of roots.filter((root) => isInside(root.path, path))) {
    db.statement("UPDATE files SET root = ? WHERE root = ?").run(id, inner.id);
    db.statement("UPDATE failures SET root = ? WHERE root = ?").run(id, inner.id);
    db.statement("DELETE FROM roots WHERE id = ?").run(inner.id);
  }
  return id;
}

/** The root that a file belongs to, added when there is none yet. */
export function rootOf(db: Connection, { path, root }: Pick<FilePlacement, "path" | "root">): number {
  const known = db.statement<number>("SELECT id FROM roots WHERE path = ?").pluck().get(root);
  return known ?? addRoot(db, root, path === root ? "file" : "folder");
}
