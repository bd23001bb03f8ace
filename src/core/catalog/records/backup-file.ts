import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { LibraryError, messageOf, systemCode, UsageError } from "../../errors.ts";
import { isBusy } from "../connection/storage-error.ts";
import { APPLICATION_ID, migrations } from "../schema.ts";
import { openFolderRecords } from "./folder-records.ts";

/** What a backup says of itself. */
export interface BackupLabel {
  readonly madeAt: string;
  readonly version: string;
  readonly pictures: number;
  /** The model whose vectors answer questions, and every space that has some. */
  readonly model: string | undefined;
  readonly spaces: readonly { readonly space: string; readonly images: number }[];
  /** Where settings are kept when that is not the library: they are not in the backup. */
  readonly settings: string | undefined;
}

/**
 * On its own thread and connection: others read and write meanwhile, and the copy is of one moment. As it is rewritten,
 * nothing that was erased is in it.
 */
const COPY = `
  const { workerData, parentPort } = require("node:worker_threads");
  const Database = require(workerData.driver);
  try {
    const database = new Database(workerData.path, { timeout: 60000 });
    database.prepare("VACUUM INTO ?").run(workerData.file);
    database.close();
    const copy = new Database(workerData.file);
    copy.pragma("journal_mode = DELETE");
    copy.exec("CREATE TABLE backup (label TEXT NOT NULL)");
    copy.prepare("INSERT INTO backup (label) VALUES (?)").run(workerData.label);
    copy.close();
  } catch (error) {
    parentPort.postMessage(error.message);
  }
`;

/** @throws LibraryError when the file cannot be written; what was begun is gone then */
export async function writeBackup(
  path: string,
  file: string,
  { label, replace }: { readonly label: BackupLabel; readonly replace: boolean },
): Promise<void> {
  if (existsSync(file) && !replace)
    throw new UsageError(`${file} is there already. Give another name, or add --force to replace it.`);
  const part = `${file}.part`;
  try {
    rmSync(part, { force: true });
    // Private, as the library is; an empty file is written into.
    closeSync(openSync(part, "wx", 0o600));
    const failure = await copyInWorker({ path, file: part, label: JSON.stringify(label) });
    if (failure !== undefined) throw new Error(failure);
    synchronize(part);
    renameSync(part, file);
    synchronize(dirname(file));
  } catch (cause) {
    rmSync(part, { force: true });
    rmSync(`${part}-journal`, { force: true });
    throw new LibraryError(
      `The backup ${file} could not be written: ${messageOf(cause)}. Check that there is room and that you may write there; the library is as it was.`,
      { cause },
    );
  }
}

function copyInWorker(job: { path: string; file: string; label: string }): Promise<string | undefined> {
  const driver = createRequire(import.meta.url).resolve("better-sqlite3");
  return new Promise((resolve, reject) => {
    const worker = new Worker(COPY, { eval: true, execArgv: [], workerData: { driver, ...job } });
    worker.once("message", (message: string) => resolve(message));
    worker.once("error", reject);
    worker.once("exit", () => resolve(undefined));
  });
}

/** On the disk, a folder's names included; not every system lets a folder be synchronized. */
function synchronize(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (systemCode(error) !== "EINVAL" && systemCode(error) !== "EPERM") throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** @throws LibraryError for a file that is no sound backup, or of a newer Glimpse; @returns undefined for a mere copy of a catalog */
export function readBackup(file: string): BackupLabel | undefined {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { readonly: true });
    if (database.pragma("application_id", { simple: true }) !== APPLICATION_ID)
      throw new LibraryError(`${file} is no backup of a Glimpse library: it was made by another program.`);
    const schema = Number(database.pragma("user_version", { simple: true }));
    if (schema > migrations.length)
      throw new LibraryError(
        `The backup ${file} was made by a newer Glimpse (schema ${schema}; this one knows up to ${migrations.length}). Update Glimpse to restore it.`,
      );
    if (database.pragma("quick_check", { simple: true }) !== "ok")
      throw new LibraryError(`The backup ${file} is damaged. Restore another one.`);
    const labelled = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'backup'").get();
    if (!labelled) return undefined;
    return JSON.parse(String(database.prepare("SELECT label FROM backup").pluck().get())) as BackupLabel;
  } catch (cause) {
    if (cause instanceof LibraryError) throw cause;
    const isDump = startsWith(file, "PGDMP");
    throw new LibraryError(
      isDump
        ? `${file} is a dump of a PostgreSQL database: it is restored by pg_restore onto a server. Name the server in GLIMPSE_LIBRARY or --library, and the same command says how.`
        : `${file} is no backup of a Glimpse library, or is damaged.`,
      { cause },
    );
  } finally {
    database?.close();
  }
}

function startsWith(file: string, text: string): boolean {
  const bytes = Buffer.alloc(text.length);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, bytes);
    return bytes.toString("latin1") === text;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Puts a backup where a library is to be, whole or not at all.
 * @throws UsageError when something is there already and may not be replaced; LibraryError when it is in use
 */
export async function restoreBackup(
  file: string,
  path: string,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  if (existsSync(path)) {
    if (!replace && !(await isEmpty(path)))
      throw new UsageError(
        `${dirname(path)} holds a library already, and nothing was restored. Name an empty folder, or add --replace to lose what it holds.`,
      );
    refuseUsed(path);
  }
  const part = `${path}.part`;
  try {
    rmSync(part, { force: true });
    closeSync(openSync(part, "wx", 0o600));
    copyFileSync(file, part);
    const database = new Database(part);
    database.exec("DROP TABLE IF EXISTS backup");
    database.close();
    synchronize(part);
    // Once more: restoring took a while.
    if (existsSync(path)) refuseUsed(path);
    renameSync(part, path);
    synchronize(dirname(path));
  } catch (cause) {
    rmSync(part, { force: true });
    if (cause instanceof LibraryError) throw cause;
    throw new LibraryError(
      `${file} could not be restored to ${dirname(path)}: ${messageOf(cause)}. What was there is as it was.`,
      { cause },
    );
  }
  for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  // Of what was there before; it is made again.
  rmSync(join(dirname(path), "index"), { recursive: true, force: true });
}

async function isEmpty(path: string): Promise<boolean> {
  const records = await openFolderRecords(path);
  try {
    return await records.isEmpty();
  } finally {
    await records.close();
  }
}

/** Leaving the log behind succeeds only for who is alone with it. @throws LibraryError */
function refuseUsed(path: string): void {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 1000 });
    if (database.pragma("journal_mode = DELETE", { simple: true }) === "delete") return;
  } catch (error) {
    // A damaged one may be replaced.
    if (!isBusy(error)) return;
  } finally {
    database?.close();
  }
  throw new LibraryError(
    `The library in ${dirname(path)} is in use, and nothing was restored. Stop every Glimpse that uses it (bot, watch, servers), then try again.`,
  );
}
