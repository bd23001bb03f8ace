import { hostname } from "node:os";
import { namesBelow } from "../../names-below.ts";
import type { Root, Route, Volume } from "../../ports.ts";
import type { Connection, Session } from "../connection.ts";

export function allVolumes(session: Pick<Session, "rows">): Promise<Volume[]> {
  return session.rows<Volume>("SELECT volume, host, path FROM volumes ORDER BY volume, host");
}

export function putVolume(db: Connection, volume: string, path: string | undefined): Promise<void> {
  return db.write(async (session) => {
    if (path === undefined)
      await session.run("DELETE FROM volumes WHERE volume = $1 AND host = $2", [volume, hostname()]);
    else
      await session.run(
        `INSERT INTO volumes (volume, host, path) VALUES ($1, $2, $3)
        ON CONFLICT (volume, host) DO UPDATE SET path = excluded.path`,
        [volume, hostname(), path],
      );
  });
}

/** The innermost volume that its host has it on, else that host alone. */
export function routeOf({ path, host }: Pick<Root, "path" | "host">, volumes: readonly Volume[]): Route {
  const [on] = volumes
    .filter((volume) => volume.host === host && namesBelow(path, volume.path))
    .sort((a, b) => b.path.length - a.path.length);
  return on ? `volume.${on.volume}` : `host.${host}`;
}
