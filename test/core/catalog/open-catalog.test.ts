import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { toLibraryError } from "../../../src/core/catalog/connection/storage-error.ts";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { migrations } from "../../../src/core/catalog/schema.ts";
import { LibraryError } from "../../../src/core/errors.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { idOf, newImage } from "../../support/new-image.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { temporaryFolder, temporaryPath } from "./temporary-library.ts";

const isRoot = process.getuid?.() === 0;

async function savedCatalog(): Promise<string> {
  const path = await temporaryPath();
  const catalog = await openCatalog({ path });
  await catalog.images.put(["cat", "dog", "cow"].map((name) => newImage(name)));
  await catalog.close();
  return path;
}

/** Opening it, or using it where the fault shows only then. */
async function failureOf(path: string, options: { readOnly?: boolean } = {}): Promise<unknown> {
  try {
    const catalog = await openCatalog({ path, ...options });
    await catalog.images.byId([idOf("cat")]);
    await catalog.check();
    await catalog.close();
  } catch (error) {
    return error;
  }
  return undefined;
}

test.skipIf(!existsSync("/proc/self"))("a folder that can never be made is refused at once", async () => {
  expect(await failureOf("/proc/nowhere/library/catalog.db")).toMatchObject({
    name: "LibraryError",
    message: expect.stringMatching(/\/proc\/nowhere\/library cannot be made/),
  });
});

test("a new catalog and its folder are readable by their owner only", async () => {
  const path = join(await temporaryFolder(), "deep", "library", "catalog.db");
  const catalog = await openCatalog({ path });
  await catalog.images.put([newImage("cat")]);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  for (const name of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600);
  await catalog.close();
});

test("a catalog opens and answers while another process holds the lock for writing", async () => {
  const path = await savedCatalog();
  const other = new Database(path);
  other.exec("BEGIN IMMEDIATE");
  const catalog = await openCatalog({ path });
  expect(await catalog.images.totals()).toMatchObject({ images: 3 });
  other.exec("ROLLBACK");
  other.close();
  await catalog.close();
});

test("what was stored is there after closing and reopening", async () => {
  const catalog = await openCatalog({ path: await savedCatalog() });
  expect(await catalog.images.totals()).toMatchObject({ images: 3 });
  await catalog.close();
});

test("a catalog of a newer Glimpse is left alone, and the error names both versions", async () => {
  const path = await savedCatalog();
  const database = new Database(path);
  database.pragma(`user_version = ${migrations.length + 3}`);
  database.close();
  for (const readOnly of [false, true]) {
    const failure = await failureOf(path, { readOnly });
    expect(failure).toBeInstanceOf(LibraryError);
    expect(String(failure)).toMatch(
      new RegExp(
        `schema ${migrations.length + 3}; this one knows up to ${migrations.length}.*Update Glimpse`,
      ),
    );
  }
});

test("a database of another program is left alone", async () => {
  const path = await temporaryPath();
  const database = new Database(path);
  database.exec("CREATE TABLE theirs (x)");
  database.close();
  const before = readFileSync(path);
  expect(String(await failureOf(path))).toMatch("another program");
  expect(readFileSync(path)).toEqual(before);
});

test("a file that is no database is reported with a way out, not overwritten", async () => {
  const path = await temporaryPath();
  writeFileSync(path, "These are my notes. ".repeat(500));
  const failure = await failureOf(path);
  expect(failure).toBeInstanceOf(LibraryError);
  expect(String(failure)).toMatch(/damaged or not a catalog.*move it away/s);
  expect(readFileSync(path, "utf8")).toMatch("my notes");
});

test("an empty file becomes a catalog", async () => {
  const path = await temporaryPath();
  writeFileSync(path, "");
  expect(await failureOf(path)).toBeUndefined();
});

test("a damaged catalog never crashes the process: it works, the check reports it, or an error does", async () => {
  const path = await savedCatalog();
  const sound = readFileSync(path);
  const random = seededRandom(1);
  let reported = 0;
  for (let round = 0; round < 150; round++) {
    const damaged = join(dirname(path), `damaged-${round}.db`);
    const bytes = Buffer.from(
      sound.subarray(0, round % 3 === 0 ? Math.floor(random() * sound.length) : undefined),
    );
    for (let flips = round % 3; flips > 0; flips--) {
      const start = Math.floor(random() * bytes.length);
      bytes.fill(Math.floor(random() * 256), start, start + 64);
    }
    writeFileSync(damaged, bytes);
    const failure = await failureOf(damaged);
    if (failure === undefined) continue;
    expect(failure, String((failure as Error).stack)).toBeInstanceOf(LibraryError);
    reported++;
  }
  expect(reported).toBeGreaterThan(20);
});

test("opened read-only it answers queries, and the error of a write gives the reason", async () => {
  const path = await savedCatalog();
  const catalog = await openCatalog({ path, readOnly: true });
  expect(await catalog.images.has(idOf("cat"))).toBe(true);
  await expect(catalog.images.put([newImage("bee")])).rejects.toThrow(/open for reading only.*writable/);
  await expect(catalog.images.remove([idOf("cat")])).rejects.toThrow(LibraryError);
  expect(await catalog.check()).toEqual([]);
  await catalog.close();
});

test("opening a missing catalog read-only is an error", async () => {
  const path = await temporaryPath();
  expect(String(await failureOf(path, { readOnly: true }))).toMatch("There is no catalog");
});

test.skipIf(isRoot)(
  "a library on a read-only disk opens for reading (skipped for root, who may write anywhere)",
  async () => {
    const path = await savedCatalog();
    chmodSync(path, 0o400);
    chmodSync(dirname(path), 0o500);
    const catalog = await openCatalog({ path });
    expect(await catalog.images.has(idOf("cat"))).toBe(true);
    await expect(catalog.images.put([newImage("bee")])).rejects.toThrow(LibraryError);
    await catalog.close();
    chmodSync(dirname(path), 0o700);
  },
);

test("the error names a folder that cannot be created", async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  expect(String(await failureOf(join(folder, "file", "library", "catalog.db")))).toMatch("cannot be made");
  mkdirSync(join(folder, "catalog.db"));
  expect(await failureOf(join(folder, "catalog.db"))).toBeInstanceOf(LibraryError);
});

test("a copy made while open is a catalog of its own once closed", async () => {
  const path = await savedCatalog();
  const copy = join(dirname(path), "copy.db");
  copyFileSync(path, copy);
  expect(await failureOf(copy)).toBeUndefined();
});

test.each([
  ["SQLITE_FULL", /disk is full.*free some space/],
  ["SQLITE_IOERR_WRITE", /disk failed.*check the disk/],
  ["SQLITE_READONLY_DBMOVED", /read-only/],
  ["SQLITE_CANTOPEN", /cannot be opened/],
  ["SQLITE_BUSY", /Another program/],
  ["SQLITE_CORRUPT_INDEX", /damaged.*Restore it from a backup/s],
])("%s becomes an error that names the file", (code, sentence) => {
  const cause = new Database.SqliteError("raw words", code);
  const error = toLibraryError(cause, "/library/catalog.db");
  expect(error).toBeInstanceOf(LibraryError);
  expect(error).toMatchObject({ cause, message: expect.stringMatching(sentence) });
  expect(String(error)).toMatch("/library/catalog.db");
});

test("a defect is not reported as a disk failure", () => {
  const error = toLibraryError(
    new Database.SqliteError("no such column", "SQLITE_ERROR"),
    "/library/catalog.db",
  );
  expect(error).not.toBeInstanceOf(LibraryError);
  expect(error).toBeInstanceOf(Error);
});

test("keywords and titles that were stored with a picture are erased, and its files are to be read again", async () => {
  const path = await temporaryPath();
  const older = new Database(path);
  const steps = migrations.findIndex((sql) => sql.includes("CREATE TABLE carried_tags"));
  for (const step of migrations.slice(0, steps)) older.exec(step);
  older.exec(`
    INSERT INTO images (key, id, format, width, height, bytes, added_at, fingerprint) VALUES
      (1, x'${idOf("cat")}', 'jpeg', 1, 1, 1, 1, x''), (2, x'${idOf("dog")}', 'jpeg', 1, 1, 1, 1, x'');
    INSERT INTO roots (id, path, kind, state, added_at) VALUES (1, '/photos', 'folder', 'online', 1);
    INSERT INTO files (path, image, root, bytes, modified_at, date) VALUES
      ('/photos/a.jpg', 1, 1, 1, 1, 1), ('/photos/b.jpg', 1, 1, 1, 1, 1), ('/photos/dog.jpg', 2, 1, 1, 1, 1);
    INSERT INTO tags (image, tag, source, score) VALUES (1, 'merger', 'file', 1), (1, 'pet', 'user', 1), (2, 'dog', 'model', 0.5);
    INSERT INTO texts (image, source, words) VALUES (1, 'title', 'Forecast');
    INSERT INTO cursors (name, value) VALUES ('tags/done', '{}');
    PRAGMA application_id = 0x474c4d50;
    PRAGMA user_version = ${steps};
  `);
  older.close();
  const catalog = await openCatalog({ path });
  const [cat] = await catalog.images.byId([idOf("cat")]);
  expect(cat?.record.tags).toEqual([{ tag: "pet", by: "person", score: 1 }]);
  const words = ["merger", "forecast"].map((text) => ({ text }));
  expect((await catalog.texts.search({ words, scope: ENTIRE_LIBRARY })).matches).toEqual([]);
  expect(await catalog.tags.filesWithUnreadWords("", 9)).toEqual(["/photos/a.jpg", "/photos/b.jpg"]);
  expect(await catalog.state.get("tags/done")).toBeUndefined();
  await catalog.close();
});
