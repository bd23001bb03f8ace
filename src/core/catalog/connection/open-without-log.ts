import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { LibraryError } from "../../errors.ts";

/** Bytes 18 and 19 of the header specify whether the file uses a log (2) or not (1): https://sqlite.org/fileformat.html */
const VERSIONS_AT = 18;
const WITHOUT_LOG = Buffer.of(1, 1);
/** A buffer cannot hold a file of 2 GiB, and few machines have that much memory to spare. */
const IN_MEMORY = 512 * 1024 ** 2;

/**
 * A catalog on a disk where SQLite cannot write a log, for reading: small ones in memory, larger ones from a
 * copy in the temporary folder, which no other program can find and which is gone when the process ends.
 */
export function openWithoutLog(path: string, inMemoryUpTo = IN_MEMORY): Database.Database {
  if (statSync(path).size > inMemoryUpTo) return openCopy(path);
  const bytes = readFileSync(path);
  WITHOUT_LOG.copy(bytes, VERSIONS_AT);
  return new Database(bytes, { readonly: true });
}

function openCopy(path: string): Database.Database {
  const folder = mkdtempSync(join(tmpdir(), "glimpse-read-only-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "catalog.db");
    copyForReading(path, copy);
    const database = new Database(copy, { readonly: true });
    // An open file stays readable without its name; Windows keeps the name for as long as it is open.
    if (process.platform === "win32") process.once("exit", remove);
    else remove();
    return database;
  } catch (error) {
    remove();
    throw error;
  }
}

function copyForReading(path: string, copy: string): void {
  try {
    copyFileSync(path, copy, constants.COPYFILE_FICLONE);
    chmodSync(copy, 0o600);
    const file = openSync(copy, "r+");
    writeSync(file, WITHOUT_LOG, 0, WITHOUT_LOG.length, VERSIONS_AT);
    closeSync(file);
  } catch (cause) {
    throw new LibraryError(
      `The catalog ${path} is on a read-only disk and too large for memory, and a copy for reading could not be made in ${tmpdir()}. Free some space there, or copy the library's folder to a writable disk and open it there.`,
      { cause },
    );
  }
}
