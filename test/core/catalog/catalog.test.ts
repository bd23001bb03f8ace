import { mkdtemp, rm } from "node:fs/promises";
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
  });
  afterAll(() => rm(folder, { recursive: true }));

  describeCatalog(() => openCatalog({ path: join(folder, String(++made), "catalog.db") }));
});
