import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openTestLibrary, writePictures } from "../../support/test-library.ts";

/** As if the library had been copied from another computer. */
async function fromAnotherHost() {
  const [folder, directory] = [temporaryFolder(), temporaryFolder()];
  writePictures(folder, { "a.jpg": "cat", "b.jpg": "dog" });
  const there = await openTestLibrary(directory);
  await there.library.add([folder]);
  await there.library.close();
  const database = new Database(join(directory, "catalog.db"));
  database.prepare("UPDATE roots SET host = 'elsewhere'").run();
  database.close();
  const { library } = await openTestLibrary(directory);
  return { library, folder };
}

test("a folder of another host is neither scanned nor offline", async () => {
  const { library, folder } = await fromAnotherHost();
  rmSync(folder, { recursive: true });
  expect(await library.add([])).toMatchObject({ unchanged: 0, removed: 0, offline: [] });
  expect(await library.roots()).toMatchObject([{ path: folder, host: "elsewhere", state: "online" }]);
  await library.close();
});

test("a folder added here belongs to this host, under its new path", async () => {
  const { library, folder } = await fromAnotherHost();
  rmSync(join(folder, "b.jpg"));
  expect(await library.add([folder])).toMatchObject({ unchanged: 1, removed: 1 });
  expect(await library.roots()).toMatchObject([{ path: folder, host: hostname() }]);
  await library.close();
});
