import { setTimeout as sleep } from "node:timers/promises";
import { holdLease } from "../hold-lease.ts";
import type { LongWork, MaintenanceReport } from "../types.ts";
import type { Connection } from "./connection.ts";
import { ERASURES } from "./erase.ts";
import { leaseStore } from "./leases.ts";
import { readTallies } from "./tallies.ts";

const LEASE_MS = 60_000;
/** How long is waited for questions that began before; whoever asks next waits for it too. */
const LOCK_MS = 2000;
const SNAPSHOTS_MS = 10_000;

/**
 * Rewrites every table from which something was erased since it was last done, or all of them: a vacuum frees rows and
 * leaves their bytes. Questions wait for the table that is being written. Graphs are taken down before and built again
 * after, beside questions that are answered exactly meanwhile.
 */
export async function maintain(
  db: Connection,
  { force = false, signal, onProgress }: LongWork & { readonly force?: boolean | undefined } = {},
): Promise<MaintenanceReport> {
  const erasures = (await readTallies(db, [ERASURES]))[ERASURES] ?? 0;
  const report = { erasures, rewritten: [] as string[], postponed: [] as string[] };
  const elsewhere = await otherPlaces(db);
  if (erasures === 0 && !force) return { ...report, elsewhere };
  const lease = await leaseStore(db).acquire("maintain", LEASE_MS);
  if (!lease) return { ...report, postponed: ["Another process is at it already."], elsewhere };
  return holdLease(lease, LEASE_MS, async () => {
    const waits = await untilUnseen(db);
    if (waits !== undefined) return { ...report, postponed: [waits], elsewhere };
    await dropEmptyTallies(db);
    const tables = await ownTables(db);
    for (const [done, table] of tables.entries()) {
      if (signal?.aborted) return { ...report, postponed: ["It was stopped."], elsewhere };
      onProgress?.({ stage: "rewriting", done, total: tables.length, item: table });
      if (await rewrite(db, table)) report.rewritten.push(table);
      else report.postponed.push(`${table} was in use all the time.`);
    }
    await rewriteStatistics(db);
    if (report.postponed.length === 0)
      await db.write((session) => session.rows("SELECT tally($1, $2)", [ERASURES, -erasures]));
    return { ...report, elsewhere };
  });
}

/** Whoever began before a removal may still see what it took, and keeps it. @returns why that does not end */
async function untilUnseen(db: Connection): Promise<string | undefined> {
  const [now] = await db.rows<{ xid: string }>("SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xid");
  const until = performance.now() + SNAPSHOTS_MS;
  for (;;) {
    const holders = await db.rows<{ what: string }>(
      `SELECT 'a program (' || coalesce(nullif(application_name, ''), usename, 'unknown') || ')' AS what
        FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
          AND least(backend_xmin::text::bigint, backend_xid::text::bigint) < $1::bigint % 4294967296
      UNION ALL SELECT 'a prepared transaction' FROM pg_prepared_xacts WHERE database = current_database()
      UNION ALL SELECT 'the replication slot ' || slot_name FROM pg_replication_slots
        WHERE xmin IS NOT NULL AND xmin::text::bigint < $1::bigint % 4294967296`,
      [now?.xid],
    );
    if (holders.length === 0) return undefined;
    if (performance.now() > until)
      return `Something still sees what was erased: ${[...new Set(holders.map(({ what }) => what))].join(", ")}. Try again when it has ended.`;
    await sleep(250);
  }
}

/** Names of tags are in them. */
async function dropEmptyTallies(db: Connection): Promise<void> {
  await db.write(async (session) => {
    await session.run("LOCK TABLE tallies IN EXCLUSIVE MODE");
    await session.run(
      "DELETE FROM tallies WHERE name IN (SELECT name FROM tallies GROUP BY name HAVING sum(total) = 0)",
    );
  });
}

/** Smallest first. */
async function ownTables(db: Connection): Promise<string[]> {
  const rows = await db.rows<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND c.relname NOT IN ('leases', 'glimpse_schema')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY pg_total_relation_size(c.oid), c.relname`,
  );
  return rows.map(({ name }) => name);
}

async function rewrite(db: Connection, table: string): Promise<boolean> {
  const graphs = await db.rows<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
    WHERE indrelid = to_regclass($1) AND indexrelid::regclass::text LIKE 'vectors\\_graph\\_%'`,
    [table],
  );
  if (!(await canLock(db, table))) return false;
  for (const { name } of graphs) await db.alone(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  await db.alone(`VACUUM (FULL, ANALYZE) ${table}`);
  // What is read without its rows is what a plain vacuum has seen.
  await db.alone(`VACUUM (INDEX_CLEANUP ON) ${table}`);
  for (const { definition } of graphs)
    await db.alone(definition.replace(/^CREATE INDEX /, "CREATE INDEX CONCURRENTLY "));
  return true;
}

/** Asked for before it is needed, since a table that somebody waits for to lock is closed to all others. */
async function canLock(db: Connection, table: string): Promise<boolean> {
  try {
    await db.once(async (session) => {
      await session.run(`SET LOCAL lock_timeout = ${LOCK_MS}`);
      await session.run(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    });
    return true;
  } catch {
    return false;
  }
}

/** Samples of paths, captions and words, which the planner keeps: those of before were left by the ones made just now. */
async function rewriteStatistics(db: Connection): Promise<void> {
  // Only a warning where the user does not own the database.
  await db.alone("VACUUM FULL pg_catalog.pg_statistic");
}

/** In what is told where nothing can be asked, the answer is left out. */
async function otherPlaces(db: Connection): Promise<string[]> {
  const [row] = await db.rows<{
    wal: string;
    minutes: number;
    archives: boolean;
    replicas: number;
    slots: number;
  }>(
    `SELECT current_setting('max_wal_size') AS wal, current_setting('archive_mode') <> 'off' AS archives,
      (SELECT setting::integer / 60 FROM pg_settings WHERE name = 'checkpoint_timeout') AS minutes,
      (SELECT count(*) FROM pg_stat_replication) AS replicas, (SELECT count(*) FROM pg_replication_slots) AS slots`,
  );
  if (!row) return [];
  return [
    `Write-ahead log: until the server reuses it, after checkpoints (every ${row.minutes} minutes at the latest while it is written to, about ${row.wal} of it)${row.slots > 0 ? `, and not while one of its replication slots (${row.slots}) lags behind` : ""}.`,
    ...(row.archives ? ["Archive of the write-ahead log: for as long as you keep it."] : []),
    row.replicas > 0
      ? `Replicas (${row.replicas} now): they follow, and keep their own write-ahead log as long.`
      : "Replicas, where there are any: they follow when they are connected.",
    "Backups: for as long as you keep them. What was erased after one was made is back when it is restored.",
  ];
}
