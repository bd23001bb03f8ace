import { LibraryError, systemCode } from "../errors.ts";
import type { Connection, Session } from "./connection.ts";
import { migrations } from "./schema.ts";

/** 15.0: transition tables, `bit_count` and pgvector's own needs are older. */
const OLDEST_SERVER = 150_000;
const OLDEST_VECTOR = [0, 8, 0] as const;
/** Tells this lock from those of other programs: "GLMP". */
const MIGRATING = 0x474c_4d50;
const NOT_ALLOWED = "42501";

export interface ServerVersions {
  readonly postgres: string;
  readonly pgvector: string;
}

/**
 * Brings the tables to what this program knows, in one transaction, one process at a time.
 * @throws LibraryError when the server is too old, or the database is another program's or a newer Glimpse's
 */
export async function migrate(db: Connection): Promise<ServerVersions> {
  const postgres = await serverVersion(db);
  if ((await schemaVersion(db)) !== migrations.length)
    await db.write((session) => bringUp(session, db.where));
  return { postgres, pgvector: await vectorVersion(db) };
}

/** Whether the database holds no library yet. */
export async function isNew(db: Connection): Promise<boolean> {
  return (await schemaVersion(db)) === 0;
}

async function serverVersion(db: Connection): Promise<string> {
  const [row] = await db.rows<{ number: number; name: string }>(
    "SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS name",
  );
  const { number = 0, name = "?" } = row ?? {};
  if (number >= OLDEST_SERVER) return name;
  throw new LibraryError(
    `The database server at ${db.where} is PostgreSQL ${name}; ${OLDEST_SERVER / 10_000} or newer is needed. Update it.`,
  );
}

/** @returns 0 for a database without Glimpse's tables */
async function schemaVersion(session: Pick<Session, "rows">): Promise<number> {
  // Not `to_regclass`, which may still know a table as missing that another session has just made.
  const [there] = await session.rows(
    "SELECT 1 FROM pg_class WHERE relname = 'glimpse_schema' AND relnamespace = current_schema()::regnamespace",
  );
  if (!there) return 0;
  const [row] = await session.rows<{ version: number }>("SELECT version FROM glimpse_schema");
  return row?.version ?? 0;
}

async function bringUp(session: Session, where: string): Promise<void> {
  // Held until the transaction ends, so that a pooler keeps it on this connection.
  await session.rows("SELECT pg_advisory_xact_lock($1)", [MIGRATING]);
  const version = await schemaVersion(session);
  if (version > migrations.length)
    throw new LibraryError(
      `The library at ${where} was made by a newer Glimpse (schema ${version}; this one knows up to ${migrations.length}). Update Glimpse to open it.`,
    );
  if (version === 0) {
    await refuseForeign(session, where);
    await addExtensions(session, where);
    await session.run(
      "CREATE TABLE glimpse_schema (one boolean PRIMARY KEY CHECK (one), version integer NOT NULL)",
    );
    await session.run("INSERT INTO glimpse_schema (one, version) VALUES (true, 0)");
  }
  for (const step of migrations.slice(version)) await session.run(step);
  await session.run("UPDATE glimpse_schema SET version = $1", [migrations.length]);
}

async function refuseForeign(session: Session, where: string): Promise<void> {
  const [row] = await session.rows<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') LIMIT 1`,
  );
  if (row)
    throw new LibraryError(
      `The database ${where} holds tables of another program (${row.name}) and was left alone. Create a database for Glimpse alone.`,
    );
}

async function addExtensions(session: Session, where: string): Promise<void> {
  for (const name of ["vector", "pg_trgm"]) {
    const [row] = await session.rows<{ installed: string | null }>(
      "SELECT installed_version AS installed FROM pg_available_extensions WHERE name = $1",
      [name],
    );
    if (!row)
      throw new LibraryError(
        name === "vector"
          ? `The database server at ${where} lacks pgvector. Install it there (package postgresql-17-pgvector, or the image pgvector/pgvector), then try again.`
          : `The database server at ${where} lacks the extension ${name}. Install PostgreSQL's contrib modules there, then try again.`,
      );
    if (row.installed === null) await addExtension(session, name, where);
  }
}

async function addExtension(session: Session, name: string, where: string): Promise<void> {
  try {
    await session.run(`CREATE EXTENSION ${name}`);
  } catch (cause) {
    if (systemCode(cause) !== NOT_ALLOWED) throw cause;
    throw new LibraryError(
      `The database user may not add the extension ${name} to ${where}: only a superuser may. Let one do it, in that database: CREATE EXTENSION ${name}; then try again.`,
      { cause },
    );
  }
}

async function vectorVersion(db: Connection): Promise<string> {
  const [row] = await db.rows<{ version: string }>(
    "SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'",
  );
  const version = row?.version ?? "0";
  if (!isOlder(version, OLDEST_VECTOR)) return version;
  throw new LibraryError(
    `The database server at ${db.where} has pgvector ${version}; ${OLDEST_VECTOR.join(".")} or newer is needed. Install a newer one there, then: ALTER EXTENSION vector UPDATE.`,
  );
}

/** Whether a version like "0.8.0" comes before another. */
export function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  for (const [at, part] of than.entries()) {
    const difference = (parts[at] ?? 0) - part;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
