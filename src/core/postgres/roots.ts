import { hostname } from "node:os";
import { isInside } from "../is-inside.ts";
import type { Root } from "../ports.ts";
import type { FilePlacement } from "../types.ts";
import type { Session } from "./connection.ts";
import { nameFiles } from "./texts.ts";

const NAMED_AT_ONCE = 1000;

interface RootRow extends Root {
  readonly id: number;
}

export function allRoots(session: Pick<Session, "rows">): Promise<RootRow[]> {
  return session.rows<RootRow>(
    `SELECT id, path, kind, state, host, added_at AS "addedAt", last_scan_at AS "lastScanAt" FROM roots ORDER BY path`,
  );
}

/**
 * Adding a path here makes its root one of this host, whichever host it was of before. Roots never nest: one inside
 * an added folder is that folder's already, and a folder takes in the roots inside it with their files.
 */
export async function addRoot(session: Session, path: string, kind: Root["kind"]): Promise<number> {
  await session.run("LOCK TABLE roots IN SHARE ROW EXCLUSIVE MODE");
  const roots = await allRoots(session);
  const outer = roots.find((root) => isInside(path, root.path));
  if (outer) {
    await session.run("UPDATE roots SET host = $1 WHERE id = $2", [hostname(), outer.id]);
    return outer.id;
  }
  const [added] = await session.rows<{ id: number }>(
    "INSERT INTO roots (path, kind, state, host, added_at) VALUES ($1, $2, 'online', $3, $4) RETURNING id",
    [path, kind, hostname(), Date.now()],
  );
  const id = added?.id ?? 0;
  const inner = roots.filter((root) => isInside(root.path, path)).map((root) => root.id);
  if (inner.length > 0) await takeIn(session, id, inner);
  return id;
}

/** Files are found by the words of their path from their root on, which is another now. */
async function takeIn(session: Session, root: number, inner: readonly number[]): Promise<void> {
  const files = await session.rows<{ id: number }>(
    "UPDATE files SET root = $1 WHERE root = ANY($2::integer[]) RETURNING id",
    [root, inner],
  );
  await session.run("UPDATE failures SET root = $1 WHERE root = ANY($2::integer[])", [root, inner]);
  await session.run("DELETE FROM roots WHERE id = ANY($1::integer[])", [inner]);
  for (let start = 0; start < files.length; start += NAMED_AT_ONCE) {
    const some = files.slice(start, start + NAMED_AT_ONCE);
    await nameFiles(
      session,
      some.map(({ id }) => id),
    );
  }
}

/** The ids of the roots that files belong to, by path; those are added that are not there yet. */
export async function putRoots(
  session: Session,
  files: readonly Pick<FilePlacement, "path" | "root">[],
): Promise<Map<string, number>> {
  const wanted = new Map(files.map(({ path, root }) => [root, path === root ? "file" : "folder"] as const));
  const rows = await session.rows<{ id: number; path: string }>(
    "SELECT r.id, r.path FROM roots r WHERE digest_of(r.path) IN (SELECT digest_of(w) FROM unnest($1::text[]) w)",
    [[...wanted.keys()]],
  );
  const ids = new Map(rows.map(({ id, path }) => [path, id]));
  for (const [path, kind] of wanted) if (!ids.has(path)) ids.set(path, await addRoot(session, path, kind));
  return ids;
}
