import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { systemCode } from "../errors.ts";
import type { Lease, LeaseStore } from "../ports.ts";
import type { Connection } from "./connection/connection.ts";

export function leaseStore(db: Connection): LeaseStore {
  return {
    acquire: (name, ttlMs) => acquire(db, name, ttlMs),
  };
}

async function acquire(db: Connection, name: string, ttlMs: number): Promise<Lease | undefined> {
  const holder = `${HERE}${process.pid}/${randomUUID()}`;
  const taken = await db.write(() => {
    freeIfDead(db, name);
    return insert(db, { name, holder, ttlMs, now: Date.now() });
  });
  return taken ? { renew: () => renew(db, holder, ttlMs), release: () => release(db, holder) } : undefined;
}

interface Claim {
  readonly name: string;
  readonly holder: string;
  readonly ttlMs: number;
  readonly now: number;
}

function insert(db: Connection, claim: Claim): boolean {
  const statement = db.statement(
    `INSERT INTO leases (name, holder, expires_at) VALUES (@name, @holder, @now + @ttlMs)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
    WHERE expires_at <= @now OR expires_at > @now + 2 * @ttlMs`,
    // A lease that expires far later than requested was taken before the clock was set back.
  );
  return statement.run(claim).changes === 1;
}

const HERE = `${hostname()}/`;

/** The lease of a killed process on this machine is released before it expires. */
function freeIfDead(db: Connection, name: string): void {
  const holder = db.statement<string>("SELECT holder FROM leases WHERE name = ?").pluck().get(name);
  if (holder?.startsWith(HERE) && !isAlive(Number.parseInt(holder.slice(HERE.length), 10)))
    db.statement("DELETE FROM leases WHERE name = ?").run(name);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) !== "ESRCH";
  }
}

/** False when it had expired and another process took it. */
function renew(db: Connection, holder: string, ttlMs: number): Promise<boolean> {
  return db.write(
    () =>
      db.statement("UPDATE leases SET expires_at = ? WHERE holder = ?").run(Date.now() + ttlMs, holder)
        .changes === 1,
  );
}

function release(db: Connection, holder: string): Promise<void> {
  return db.write(() => {
    db.statement("DELETE FROM leases WHERE holder = ?").run(holder);
  });
}
