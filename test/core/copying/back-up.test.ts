import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { openConnection } from "../../../src/core/catalog/connection/open-connection.ts";
import { openKeyValueTable } from "../../../src/core/catalog/key-value-table.ts";
import { backUp, restore } from "../../../src/core/copying/back-up.ts";
import { copyLibrary } from "../../../src/core/copying/copy-library.ts";
import { openCopied } from "../../../src/core/copying/open-copied.ts";
import { RecordDigest } from "../../../src/core/copying/record-digest.ts";
import { newImage } from "../../support/new-image.ts";
import { fillLibrary } from "../../support/rich-library.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
const newFolder = () => mkdtemp(join(folder, "library-"));
const request = { version: "1.2.3", replace: false };

async function withLibrary<Result>(
  directory: string,
  work: (library: Awaited<ReturnType<typeof openCopied>>) => Promise<Result>,
): Promise<Result> {
  const library = await openCopied({ directory }, { create: true });
  try {
    return await work(library);
  } finally {
    await library.close();
  }
}

async function filled(pictures = 40): Promise<string> {
  const directory = await newFolder();
  const settings = await openKeyValueTable({ path: join(directory, "catalog.db") });
  await withLibrary(directory, ({ catalog }) => fillLibrary(catalog, settings, pictures));
  await settings.disconnect();
  return directory;
}

const digest = (directory: string) =>
  withLibrary(directory, async ({ records }) => {
    const read = new RecordDigest();
    await records.read(undefined, async (batch) => read.add(batch));
    return read.sections();
  });

test("a backup restored is the library as it was, whatever was written meanwhile", async () => {
  const directory = await filled();
  const before = await digest(directory);
  const file = join(await newFolder(), "glimpse.backup");
  await withLibrary(directory, async ({ catalog }) => {
    // Open in this process, as in a bot's.
    const outcome = await backUp({ directory }, file, request);
    expect(outcome).toMatchObject({ kind: "done", label: { pictures: 40, model: "test", version: "1.2.3" } });
    await catalog.images.put([newImage("later")]);
  });
  expect(statSync(file).mode & 0o077).toBe(0);
  const other = join(await newFolder(), "new", "library");
  expect(await restore({ directory: other }, file, { replace: false })).toMatchObject({
    label: { pictures: 40, spaces: expect.arrayContaining([{ space: "other@11111111", images: 1 }]) },
  });
  expect(await digest(other)).toEqual(before);
  expect(await withLibrary(other, ({ catalog }) => catalog.check())).toEqual([]);
  await expect(backUp({ directory }, file, request)).rejects.toThrow(/is there already.*--force/);
  await backUp({ directory }, file, { ...request, replace: true });
  await restore({ directory: other }, file, { replace: true });
  expect(await digest(other)).toEqual(await digest(directory));
});

test("a backup is whole while another writes, and holds nothing that was erased before", async () => {
  const directory = await filled(300);
  const file = join(await newFolder(), "glimpse.backup");
  await withLibrary(directory, async ({ catalog }) => {
    await catalog.tags.putAll([newImage("picture 1").picture.id], "secretword");
    await catalog.images.remove([newImage("picture 1").picture.id]);
    let writing = true;
    const writer = (async () => {
      for (let at = 0; writing; at++) {
        await catalog.images.put([newImage(`late ${at}`)]);
        await nextTurn();
      }
    })();
    await backUp({ directory }, file, request);
    writing = false;
    await writer;
  });
  expect(readFileSync(file).includes("secretword")).toBe(false);
  expect(readFileSync(file).includes("thumbnail of picture 1\0")).toBe(false);
  const other = await newFolder();
  await restore({ directory: other }, file, { replace: false });
  expect(await withLibrary(other, ({ catalog }) => catalog.check())).toEqual([]);
  expect((await withLibrary(other, ({ catalog }) => catalog.images.totals())).images).toBeGreaterThanOrEqual(
    299,
  );
});

test("nothing is restored over a library that holds something unasked, nor over one in use", async () => {
  const [directory, other] = [await filled(3), await filled(4)];
  const file = join(await newFolder(), "glimpse.backup");
  await backUp({ directory }, file, request);
  const before = await digest(other);
  await expect(restore({ directory: other }, file, { replace: false })).rejects.toThrow(
    /holds a library already/,
  );
  const user = await openConnection({ path: join(other, "catalog.db") });
  await user.read(() => user.statement("SELECT 1 FROM images").all());
  await expect(restore({ directory: other }, file, { replace: true })).rejects.toThrow(/is in use/);
  user.close();
  expect(await digest(other)).toEqual(before);
  expect(existsSync(join(other, "catalog.db.part"))).toBe(false);
  await restore({ directory: other }, file, { replace: true });
  expect(await digest(other)).toEqual(await digest(directory));
});

test("what is no sound backup is refused, and leaves no library behind", async () => {
  const directory = await filled(200);
  const [place, other] = [await newFolder(), join(await newFolder(), "none")];
  const file = join(place, "glimpse.backup");
  await backUp({ directory }, file, request);
  const wrong = async (name: string, edit: (path: string) => void) => {
    const path = join(place, name);
    writeFileSync(path, readFileSync(file));
    edit(path);
    return expect(restore({ directory: other }, path, { replace: false })).rejects;
  };
  await (await wrong("cut", (path) => truncateSync(path, statSync(path).size / 2))).toThrow(/damaged/);
  await (await wrong("text", (path) => writeFileSync(path, "a letter"))).toThrow(/is no backup/);
  await (await wrong("dump", (path) => writeFileSync(path, "PGDMP and more"))).toThrow(/pg_restore/);
  await expect(restore({ directory: other }, join(place, "none"), { replace: false })).rejects.toThrow(
    /no file/,
  );
  const newer = join(place, "newer");
  writeFileSync(newer, readFileSync(file));
  const db = await openConnection({ path: newer });
  db.pragma("user_version = 9999");
  db.close();
  await expect(restore({ directory: other }, newer, { replace: false })).rejects.toThrow(/newer Glimpse/);
  expect(existsSync(other)).toBe(false);
  await expect(backUp({ directory }, join(place, "no", "folder"), request)).rejects.toThrow(
    /could not be written/,
  );
});

test("of a library on a server, the commands of PostgreSQL are named, without the password", async () => {
  const server = "postgres://ann:se%2Fcret@db.example:6000/my%20pictures?sslrootcert=/dev/null";
  const outcome = await backUp({ directory: folder, server }, "/tmp/an 'old' file", request);
  expect(outcome).toEqual({
    kind: "command",
    line: `pg_dump --format=custom --file='/tmp/an '\\''old'\\'' file' --dbname='postgres://ann@db.example:6000/my%20pictures?sslrootcert=%2Fdev%2Fnull&sslmode=verify-full'`,
  });
  const away = "postgres://ann:secret@127.0.0.1:1/x";
  expect(await restore({ directory: folder, server: away }, "/tmp/x.dump", { replace: false })).toEqual({
    kind: "command",
    line: "pg_restore --exit-on-error --single-transaction --no-owner --dbname='postgres://ann@127.0.0.1:1/x?sslmode=disable' /tmp/x.dump",
  });
});

test("a restored library is copied like any other", async () => {
  const directory = await filled(5);
  const file = join(await newFolder(), "glimpse.backup");
  await backUp({ directory }, file, request);
  const [restored, target] = [await newFolder(), await newFolder()];
  await restore({ directory: restored }, file, { replace: false });
  const report = await withLibrary(restored, (from) => withLibrary(target, (to) => copyLibrary(from, to)));
  expect(report.sections.every(({ same }) => same)).toBe(true);
});
