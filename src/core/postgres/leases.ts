import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Lease, LeaseStore } from "../ports.ts";
import type { Connection } from "./connection.ts";

/** By the server's clock: those of the machines that use it differ. */
const NOW = "clock_timestamp()";
const after = (milliseconds: string) => `${NOW} + ${milliseconds}::float8 * interval '1 millisecond'`;

export function leaseStore(db: Connection): LeaseStore {
  return {
    acquire: (name, ttlMs) => acquire(db, name, ttlMs),
  };
}

async function acquire(db: Connection, name: string, ttlMs: number): Promise<Lease | undefined> {
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const taken = await db.write((session) =>
    session.run(
      // Its own is a holder's who was cut off before it heard of it. A lease that expires far later than requested
      // was taken before the clock was set back.
      `INSERT INTO leases AS l (name, holder, expires_at) VALUES ($1, $2, ${after("$3")})
      ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
      WHERE l.holder = excluded.holder OR l.expires_at <= ${NOW} OR l.expires_at > ${after("2 * $3")}`,
      [name, holder, ttlMs],
    ),
  );
  return taken === 1
    ? { renew: () => renew(db, holder, ttlMs), release: () => release(db, holder) }
    : undefined;
}

/** False when it had expired and another process took it. */
async function renew(db: Connection, holder: string, ttlMs: number): Promise<boolean> {
  const renewed = await db.write((session) =>
    session.run(`UPDATE leases SET expires_at = ${after("$2")} WHERE holder = $1`, [holder, ttlMs]),
  );
  return renewed === 1;
}

async function release(db: Connection, holder: string): Promise<void> {
  await db.write((session) => session.run("DELETE FROM leases WHERE holder = $1", [holder]));
}
