import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { LibraryError } from "../../errors.ts";
import { trackOrphanedImages } from "../reassign-placements.ts";
import { APPLICATION_ID, migrations, PAGE_SIZE } from "../schema.ts";
import { Connection } from "./connection.ts";
import { openWithoutLog } from "./open-without-log.ts";
import { BUSY_TIMEOUT_MS, retryWhileLocked } from "./retry-while-locked.ts";
import { addSqlFunctions } from "./sql-functions.ts";
import { isBusy, toLibraryError } from "./storage-error.ts";

export interface CatalogLocation {
  /** The catalog's file, created with its folder when absent; ":memory:" for one that lives and dies with the process. */
  readonly path: string;
  /** Never write, even where that is possible. Default false. */
  readonly readOnly?: boolean | undefined;
}

/** @throws LibraryError when the file is damaged, foreign, newer than this program, or out of reach. */
export async function openConnection(location: CatalogLocation): Promise<Connection> {
  try {
    return await retryWhileLocked(location.path, () => openOnce(location));
  } catch (error) {
    throw toLibraryError(error, location.path);
  }
}

/** @throws LibraryError when this Node cannot load the database's compiled module */
export function checkDriver(): void {
  try {
    new Database(":memory:").close();
  } catch (error) {
    throw toLibraryError(error, ":memory:");
  }
}

function openOnce({ path, readOnly = false }: CatalogLocation): Connection {
  if (readOnly) return openForReading(path);
  try {
    return openForWriting(path);
  } catch (error) {
    if (isReadOnlyPlace(error) && existsSync(path)) return openForReading(path);
    throw error;
  }
}

function openForWriting(path: string): Connection {
  const isNew = path !== ":memory:" && !existsSync(path);
  if (isNew) createFolder(path);
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    // The pictures are private; SQLite gives its -wal and -shm files the mode of the database.
    if (isNew) chmodSync(path, 0o600);
    refuseForeign(database, path);
    database.pragma(`page_size = ${PAGE_SIZE}`);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("secure_delete = ON");
    setUp(database);
    // Only when needed: it takes the write lock, which another process may hold for long.
    if (schemaVersion(database) !== migrations.length) migrate(database, path);
    trackErasures(database);
    trackOrphanedImages(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return new Connection({ database, path, readOnly: false });
}

function openForReading(path: string): Connection {
  if (!existsSync(path))
    throw new LibraryError(`There is no catalog at ${path}. Add a folder of pictures first.`);
  const database = readable(path);
  try {
    refuseForeign(database, path);
    setUp(database);
    refuseOtherSchema(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
  return new Connection({ database, path, readOnly: true });
}

/** A catalog with a log needs room for its -shm file; on a read-only disk it is opened without one. */
function readable(path: string): Database.Database {
  const database = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma("schema_version");
    return database;
  } catch (error) {
    database.close();
    if (!isReadOnlyPlace(error)) throw error;
    if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
      throw new LibraryError(
        `The catalog ${path} was not closed properly and lies on a read-only disk. Copy its folder to a writable disk and open it there.`,
        { cause: error },
      );
    }
    return openWithoutLog(path);
  }
}

function setUp(database: Database.Database): void {
  database.pragma("foreign_keys = ON");
  database.pragma("trusted_schema = OFF");
  database.pragma("temp_store = MEMORY");
  database.pragma("cache_size = -32000");
  addSqlFunctions(database);
  database.exec(WORDS_OF_THE_INDEX);
}

/** A view into the full-text index, which holds nothing itself. */
const WORDS_OF_THE_INDEX =
  "CREATE VIRTUAL TABLE temp.text_terms USING fts5vocab('main', 'text_words', 'instance')";

function refuseForeign(database: Database.Database, path: string): void {
  // In this order: another process may create both between the two checks.
  const tables = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
  if (tables !== 0 && database.pragma("application_id", { simple: true }) !== APPLICATION_ID) {
    throw new LibraryError(
      `${path} is a database of another program and was left alone. Choose another library folder.`,
    );
  }
}

/** Collects which images a statement erased, triggers and cascades included; see erase.ts. */
function trackErasures(database: Database.Database): void {
  database.exec(`
    CREATE TEMP TABLE erased (id BLOB NOT NULL);
    CREATE TEMP TRIGGER note_erased AFTER DELETE ON main.images
    BEGIN INSERT INTO erased (id) VALUES (old.id); END;
  `);
}

function migrate(database: Database.Database, path: string): void {
  database
    .transaction(() => {
      const version = schemaVersion(database);
      refuseNewer(version, path);
      if (version === 0) database.pragma(`application_id = ${APPLICATION_ID}`);
      for (const step of migrations.slice(version)) database.exec(step);
      if (version < migrations.length) database.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}

function refuseOtherSchema(database: Database.Database, path: string): void {
  const version = schemaVersion(database);
  refuseNewer(version, path);
  if (version < migrations.length) {
    throw new LibraryError(
      `The catalog ${path} has schema ${version} and must be brought to ${migrations.length}, which needs writing. Open it once from a writable folder.`,
    );
  }
}

function refuseNewer(version: number, path: string): void {
  if (version > migrations.length) {
    throw new LibraryError(
      `The catalog ${path} was made by a newer Glimpse (schema ${version}; this one knows up to ${migrations.length}). Update Glimpse to open it.`,
    );
  }
}

const schemaVersion = (database: Database.Database) =>
  Number(database.pragma("user_version", { simple: true }));

function createFolder(path: string): void {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw new LibraryError(
      `The library folder ${dirname(path)} cannot be made. Check that you may write there, or choose another folder.`,
      { cause: error },
    );
  }
}

/** Parents first, one by one: Node 20's recursive mkdir never ends where a file system denies every child (/proc). */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(folder)) throw error;
  }
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function isReadOnlyPlace(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError &&
    !isBusy(error) &&
    /^SQLITE_(READONLY|CANTOPEN|PERM)/.test(error.code)
  );
}
