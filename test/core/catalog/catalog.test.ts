import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { describeCatalog } from "../../support/catalog-contract.ts";
import { openNewCatalog } from "../../support/new-catalog.ts";
import { idOf, newImage } from "../../support/new-image.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("SQLite in a file", () => {
  const folder = temporaryFolder();
  let made = 0;
  describeCatalog(() => openNewCatalog(join(folder, String(++made), "catalog.db")));
});

test("a catalog in memory is one like any other, and nobody else's", async () => {
  const [catalog, other] = [await openCatalog({ path: ":memory:" }), await openCatalog({ path: ":memory:" })];
  await catalog.images.put([newImage("cat"), newImage("dog")]);
  await catalog.images.remove([idOf("dog")]);
  expect(await catalog.images.has(idOf("cat"))).toBe(true);
  expect(await catalog.images.has(idOf("dog"))).toBe(false);
  expect(await other.images.has(idOf("cat"))).toBe(false);
  expect(await catalog.maintain({ force: true })).toMatchObject({ postponed: [] });
  expect(await catalog.check()).toEqual([]);
  for (const each of [catalog, other]) await each.close();
});
