import { beforeEach, expect, test } from "vitest";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import type { Scope } from "../../../src/core/types.ts";
import { SyncedVectorIndex } from "../../../src/core/vector-index/synced-vector-index.ts";
import { FakeVectorSource } from "../../support/fake-vector-source.ts";
import { randomEmbedding, seededRandom } from "../../support/random-embeddings.ts";
import { expectSameNeighbors, nearest } from "../../support/vector-index-contract.ts";

const DIMENSIONS = 32;
const random = seededRandom(11);
const draw = () => randomEmbedding(random, DIMENSIONS);
const query = draw();

let catalog: FakeVectorSource;

beforeEach(() => {
  catalog = new FakeVectorSource();
  for (let key = 1; key <= 250; key++) catalog.put(key, draw());
});

const openIndex = () =>
  new SyncedVectorIndex({
    catalog,
    space: "fake:1",
    dimensions: DIMENSIONS,
    directory: "/nowhere",
  });

async function expectAsCatalog(index: SyncedVectorIndex): Promise<void> {
  const found = await index.nearest({ vector: query, scope: ENTIRE_LIBRARY, limit: 10 });
  expectSameNeighbors(found, nearest(catalog.embeddingsByKey, query, 10));
  expect((await index.status()).size).toBe(catalog.embeddingsByKey.size);
}

test("finds what the catalog has", async () => {
  const index = openIndex();
  await index.refresh();
  await expectAsCatalog(index);
  await index.close();
});

test("opens on the first query", async () => {
  await expectAsCatalog(openIndex());
});

test("every answer includes what was committed before the call", async () => {
  const index = openIndex();
  await index.refresh();
  catalog.put(300, query);
  catalog.remove(7);
  await expectAsCatalog(index);
  expect(await index.embeddings([300, 7])).toEqual(new Map([[300, query]]));
  catalog.remove(300);
  catalog.put(7, draw());
  await expectAsCatalog(index);
});

test("two indexes of one catalog each see every change", async () => {
  const indexes = [openIndex(), openIndex()];
  for (let step = 0; step < 30; step++) {
    if (step % 3 === 2) catalog.remove(step * 5);
    else catalog.put(1000 + step, draw());
    for (const index of indexes) await expectAsCatalog(index);
  }
});

test("of an unchanged catalog only the change token is read", async () => {
  const index = openIndex();
  await index.refresh();
  const before = { ...catalog.calls };
  await index.nearest({ vector: query, scope: ENTIRE_LIBRARY, limit: 1 });
  expect(catalog.calls).toEqual({ ...before, changeToken: before.changeToken + 1 });
});

test("follows more changes than are read at once", async () => {
  const index = openIndex();
  await index.refresh();
  for (let key = 1000; key < 3500; key++) catalog.put(key, draw());
  for (let key = 1500; key < 2500; key++) catalog.remove(key);
  await expectAsCatalog(index);
});

test("reloads when the change sequence no longer reaches back", async () => {
  const index = openIndex();
  await index.refresh();
  for (let key = 1; key <= 100; key++) catalog.remove(key);
  catalog.trim();
  catalog.put(400, draw());
  await expectAsCatalog(index);
});

test("reloads when the catalog is an older copy", async () => {
  const index = openIndex();
  await index.refresh();
  catalog.restart(new Map([[2, draw()]]));
  await expectAsCatalog(index);
});

test("changes made while it loads are not lost", async () => {
  let step = 0;
  catalog.betweenBatches = () => {
    if (step++ > 1) return;
    catalog.remove(3 + step);
    catalog.put(500 + step, query);
  };
  await expectAsCatalog(openIndex());
});

test("a load that fails is repeated by the next query", async () => {
  const index = openIndex();
  catalog.betweenBatches = () => {
    throw new Error("disk I/O error");
  };
  await expect(index.refresh()).rejects.toThrow("disk I/O error");
  catalog.betweenBatches = () => {};
  await expectAsCatalog(index);
});

test("concurrent queries load the library once", async () => {
  const index = openIndex();
  await Promise.all(
    [1, 2, 3, 4].map((limit) => index.nearest({ vector: query, scope: ENTIRE_LIBRARY, limit })),
  );
  expect(catalog.calls.read).toBe(1);
});

const inFolder: Scope = { files: { folders: ["/photos"] }, discord: "none" };

test("a narrow scope reads its own vectors only, once for one question, and sees every change", async () => {
  const index = openIndex();
  catalog.inFolders = new Set([3, 5, 8, 13, 21, 999]);
  const expectNearest = async () => {
    const inside = new Map([...catalog.embeddingsByKey].filter(([key]) => catalog.inFolders.has(key)));
    const found = await index.nearest({ vector: query, scope: inFolder, limit: 3 });
    expectSameNeighbors(found, nearest(inside, query, 3));
  };
  await expectNearest();
  await expectNearest();
  expect(catalog.calls.vectors).toBe(5);
  expect([...(await index.embeddings([3, 4, 999])).keys()]).toEqual([3, 4]);
  expect(catalog.calls.vectors).toBe(7);
  catalog.put(5, query);
  catalog.remove(3);
  await expectNearest();
  catalog.inFolders = new Set([40, 41]);
  await expectNearest();
  expect(catalog.calls.vectors).toBe(7 + 4 + 2);

  await expectAsCatalog(index);
  const loaded = catalog.calls.vectors;
  await expectNearest();
  expect(catalog.calls.vectors, "in memory by now").toBe(loaded);
  await index.close();
});

test("a scope that is no small part of the library loads all of it", async () => {
  const index = openIndex();
  catalog.inFolders = new Set(Array.from({ length: 60 }, (_, at) => at + 1));
  await index.nearest({ vector: query, scope: inFolder, limit: 3 });
  expect(catalog.calls.vectors).toBe(250);
  await index.close();
});
