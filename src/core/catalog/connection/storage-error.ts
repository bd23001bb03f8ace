import Database from "better-sqlite3";
import { LibraryError } from "../../errors.ts";
import { driverError } from "./driver-error.ts";

/** Somebody else holds the lock; the same call succeeds once it is released. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

/** The user-facing error for an SQLite failure on the catalog at `path`; any other error is returned unchanged. */
export function toLibraryError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return driverError(error) ?? error;
  const sentence = sentences.find(([pattern]) => pattern.test(error.code))?.[1];
  // SQLITE_CONSTRAINT, SQLITE_ERROR and the like are bugs of ours and stay recognizable as such.
  if (!sentence)
    return new Error(`The catalog ${path} refused a statement: ${error.message}`, { cause: error });
  return new LibraryError(sentence(path), { cause: error });
}

const afterDamage =
  "Your pictures are untouched. Restore it from a backup, or move it away together with the files beside it that end " +
  "in -wal and -shm, and add your folders again.";

export const damaged = (path: string, cause: unknown): LibraryError =>
  new LibraryError(`The catalog ${path} is damaged. ${afterDamage}`, { cause });

const kept = "Everything acknowledged so far is kept";

const sentences: readonly (readonly [RegExp, (path: string) => string])[] = [
  [
    /^SQLITE_FULL/,
    (path) => `The disk is full: ${path} could not grow. ${kept}; free some space and run again.`,
  ],
  [
    /^SQLITE_(NOTADB|CORRUPT)/,
    (path) => `The catalog ${path} is damaged or not a catalog at all. ${afterDamage}`,
  ],
  [
    /^SQLITE_READONLY/,
    (path) =>
      `The library cannot be changed: ${path} is read-only. Searching still works; to add or remove, make the file and ` +
      `its folder writable or use another library folder.`,
  ],
  [
    /^SQLITE_(CANTOPEN|PERM|AUTH)/,
    (path) =>
      `The catalog ${path} cannot be opened. Check that its folder exists and that you may read and write it.`,
  ],
  [
    /^SQLITE_(BUSY|LOCKED)/,
    (path) =>
      `Another program keeps the catalog ${path} locked. ${kept}; wait until it is done, or stop it, and run again.`,
  ],
  [
    /^SQLITE_IOERR/,
    (path) =>
      `The disk failed while reading or writing ${path}. ${kept}; check the disk (is it full, unplugged, failing?) and run again.`,
  ],
  [
    /^SQLITE_NOMEM/,
    (path) => `Not enough memory to work on ${path}. ${kept}; close other programs and run again.`,
  ],
];
