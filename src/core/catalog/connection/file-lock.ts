import { rmSync, statSync, truncateSync } from "node:fs";
import Database from "better-sqlite3";
import { LibraryError, messageOf } from "../../errors.ts";
import { driverError } from "./driver-error.ts";
import { isBusy } from "./storage-error.ts";

export interface FileLock {
  release(): void;
}

/**
 * Locks a file for as long as this process lives, across all processes and within this one; undefined while another
 * holder has it. The lock is the operating system's, through SQLite's portable use of it: it ends with its holder,
 * even on a crash, so no stale lock has to be detected. The file is deleted with the lock.
 * @throws LibraryError where the file cannot be written
 */
export function tryLock(path: string): FileLock | undefined {
  const before = inodeOf(path);
  const database = opened(path);
  // The opened file may be that of a holder that has released it since: a lock on it excludes nobody from its successor.
  const isCurrent = () => before !== undefined && inodeOf(path) === before;
  if (beginExclusive(database, path, isCurrent) && isCurrent())
    return { release: () => release(database, path) };
  database.close();
  return before === undefined ? tryLock(path) : undefined;
}

function opened(path: string): Database.Database {
  try {
    return new Database(path, { timeout: 0 });
  } catch (cause) {
    const unloadable = driverError(cause);
    if (unloadable) throw unloadable;
    const reason = messageOf(cause);
    throw new LibraryError(`${path} cannot be locked: ${reason}. Check that you may write in its folder.`, {
      cause,
    });
  }
}

function beginExclusive(database: Database.Database, path: string, isCurrent: () => boolean): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    // SQLite fails on a file that is no longer in its place.
    if (isBusy(error) || !isCurrent()) return false;
    if (!isForeign(error)) throw error;
    // Left by a version of Glimpse that wrote its process id into it. Truncated, it works like any other.
    truncateSync(path);
    return false;
  }
}

const isForeign = (error: unknown) => error instanceof Database.SqliteError && error.code === "SQLITE_NOTADB";

function release(database: Database.Database, path: string): void {
  removeQuietly(path);
  database.close();
}

/** Windows cannot delete an open file; it is empty, and the next holder reuses it. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

const inodeOf = (path: string) => statSync(path, { throwIfNoEntry: false, bigint: true })?.ino;
