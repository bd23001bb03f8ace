import type { FileStore, Mount } from "../ports.ts";
import type { Connection } from "./connection/connection.ts";
import { pathRange } from "./scope/path-range.ts";

export function mounts(db: Connection) {
  return {
    mounts: (root) => db.read(() => mountsIn(db, root)),
    putMounts: (root, found) =>
      db.write(() => {
        forgetMounts(db, root);
        for (const { path, device, away } of found)
          db.statement("INSERT INTO mounts (path, device, away) VALUES (?, ?, ?)").run(
            path,
            device,
            Number(away),
          );
      }),
  } satisfies Partial<FileStore>;
}

function mountsIn(db: Connection, root: string): Mount[] {
  return db
    .statement<Omit<Mount, "away"> & { away: number }>(
      "SELECT path, device, away FROM mounts WHERE path >= @from AND path < @to ORDER BY path",
    )
    .all(pathRange(root))
    .map(({ away, ...mount }) => ({ ...mount, away: away === 1 }));
}

export function forgetMounts(db: Connection, root: string): void {
  db.statement("DELETE FROM mounts WHERE path >= @from AND path < @to").run(pathRange(root));
}

/** SQL: whether the file `f` lies on a disk that is mounted inside its root and away. */
export const IS_AWAY = `EXISTS (SELECT 1 FROM mounts m WHERE m.away = 1
  AND substr(f.path, 1, length(m.path) + 1) IN (m.path || '/', m.path || '\\'))`;
