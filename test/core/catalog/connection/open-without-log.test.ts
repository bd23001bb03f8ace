import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { openWithoutLog } from "../../../../src/core/catalog/connection/open-without-log.ts";
import { openCatalog } from "../../../../src/core/catalog/open-catalog.ts";
import { newImage } from "../../../support/new-image.ts";
import { temporaryPath } from "../temporary-library.ts";

const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith("glimpse-read-only-"));

test.each([
  ["in memory", undefined],
  ["from a copy that no folder lists", 0],
])("a catalog opens for reading without a log, %s", async (_, inMemoryUpTo) => {
  const path = await temporaryPath();
  const catalog = await openCatalog({ path });
  await catalog.images.put([newImage("cat"), newImage("dog")]);
  await catalog.close();
  const before = { bytes: readFileSync(path), copies: copies() };
  const database = openWithoutLog(path, inMemoryUpTo);
  expect(copies()).toEqual(before.copies);
  expect(database.pragma("journal_mode", { simple: true })).not.toBe("wal");
  expect(database.prepare("SELECT count(*) FROM images").pluck().get()).toBe(2);
  expect(() => database.exec("DELETE FROM images")).toThrow(/readonly/);
  database.close();
  expect(readFileSync(path).equals(before.bytes)).toBe(true);
});
