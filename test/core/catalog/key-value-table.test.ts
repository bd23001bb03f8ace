import { expect, test } from "vitest";
import { openKeyValueTable } from "../../../src/core/catalog/key-value-table.ts";
import { temporaryPath } from "./temporary-library.ts";

test("clearing one namespace leaves the others", async () => {
  const table = await openKeyValueTable({ path: await temporaryPath() });
  for (const key of ["a:1", "a:2", "ab:1", "a%:1"]) await table.set(key, key);
  table.namespace = "a";
  await table.clear();
  expect(await Promise.all(["a:1", "a:2", "ab:1", "a%:1"].map((key) => table.has(key)))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  table.namespace = undefined;
  await table.clear();
  expect(await table.has("ab:1")).toBe(false);
  await table.disconnect();
});

test("many keys are deleted at once, and the result says whether any existed", async () => {
  const table = await openKeyValueTable({ path: await temporaryPath() });
  await table.set("a", "1");
  await table.set("b", "2");
  expect(await table.deleteMany(["a", "x"])).toBe(true);
  expect(await table.deleteMany(["a", "x"])).toBe(false);
  expect(await table.get("b")).toBe("2");
  expect(await table.delete("b")).toBe(true);
  expect(await table.delete("b")).toBe(false);
  await table.disconnect();
});

test("expired values are not found, and the next write deletes them", async () => {
  const path = await temporaryPath();
  const table = await openKeyValueTable({ path });
  await table.set("old", "1", -1);
  expect(await table.get("old")).toBeUndefined();
  await table.set("new", "2", 60_000);
  expect(await table.delete("old"), "gone already").toBe(false);
  expect(await table.get("new")).toBe("2");
  await table.disconnect();
});
