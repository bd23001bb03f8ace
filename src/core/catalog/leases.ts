import { randomUUID } from "node:crypto";
import type { Catalog, Lease } from "../ports.ts";
import type { Connection } from "./connection.ts";

export function leases(db: Connection) {
  return {
    lease: (name, ttlMs) => take(db, name, ttlMs),
  } satisfies Partial<Catalog>;
}

async function take(db: Connection, name: string, ttlMs: number): Promise<Lease | undefined> {
  const holder = randomUUID();
  const taken = await db.write(
    () =>
      db
        .statement(
          `INSERT INTO leases (name, holder, expires_at) VALUES (@name, @holder, @now + @ttlMs)
          ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
          WHERE expires_at <= @now OR expires_at > @now + 2 * @ttlMs`,
          // A lease that runs far longer than asked for was taken before the clock was set back.
        )
        .run({ name, holder, ttlMs, now: Date.now() }).changes === 1,
  );
  return taken ? { renew: () => renew(db, holder, ttlMs), release: () => release(db, holder) } : undefined;
}

/** False when it had expired and somebody else took it. */
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
