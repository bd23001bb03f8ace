import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { describeCatalog } from "../../support/catalog-contract.ts";

describe("SQLite in memory", () => describeCatalog(() => openCatalog({ path: ":memory:" })));

describe("SQLite in a file", () => {
  let folder = "";
  let made = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "glimpse-catalog-"));
    await (await openCatalog({ path: join(folder, "empty.db") })).close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  // A copy of an empty catalog: creating one takes longer than most of these tests.
  describeCatalog(async () => {
    const path = join(folder, String(++made), "catalog.db");
    await mkdir(join(path, ".."));
    await copyFile(join(folder, "empty.db"), path);
    return openCatalog({ path });
  });
});
