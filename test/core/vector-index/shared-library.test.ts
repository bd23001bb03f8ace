import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { loadHnswLibrary } from "../../../src/core/vector-index/hnsw-library.ts";
import { SyncedVectorIndex } from "../../../src/core/vector-index/synced-vector-index.ts";
import { embeddingOf, idOf, newImage, SPACE } from "../../support/new-image.ts";

const query = embeddingOf("picture 3");
const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `picture ${from + i}`);

/** Two processes with one library, as the catalog sees it. */
async function openTwice() {
  const folder = await mkdtemp(join(tmpdir(), "glimpse-shared-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const open = async () => {
    const catalog = await openCatalog({ path: join(folder, "catalog.db") });
    const directory = join(folder, "index");
    const options = { hnswFrom: 400, buildAfterMs: 1e9 };
    const index = new SyncedVectorIndex({
      catalog,
      space: SPACE,
      dimensions: 4,
      directory,
      options,
    });
    onTestFinished(async () => {
      await index.close();
      await catalog.close();
    });
    return { catalog, index };
  };
  return [await open(), await open()] as const;
}

test("what one process adds or removes, another finds or no longer finds", async () => {
  const [one, two] = await openTwice();
  await Promise.all([one.index.refresh(), two.index.refresh()]);

  await one.catalog.images.put(names(0, 10).map((name) => newImage(name)));
  const found = await two.index.nearest({ vector: query, scope: ENTIRE_LIBRARY, limit: 1 });
  expect(found[0]?.score).toBeCloseTo(1, 6);
  const [image] = await two.catalog.images.byKey(found.map(({ key }) => key));
  expect(image?.record.id).toBe(idOf("picture 3"));

  await two.catalog.images.remove([idOf("picture 3")]);
  const left = await one.index.nearest({ vector: query, scope: ENTIRE_LIBRARY, limit: 20 });
  expect(left).toHaveLength(9);
  expect(left.map(({ key }) => key)).not.toContain(found[0]?.key);
});

test("vectors replaced or dropped in the catalog are replaced or dropped in the index", async () => {
  const [one, two] = await openTwice();
  await one.catalog.images.put(names(0, 5).map((name) => newImage(name)));
  await two.index.refresh();
  await one.catalog.embeddings.put(SPACE, [{ id: idOf("picture 1"), embedding: query }]);
  expect(
    (await two.index.nearest({ vector: query, scope: ENTIRE_LIBRARY, limit: 2 })).map(({ score }) => score),
  ).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
  await one.catalog.embeddings.dropSpace(SPACE);
  expect(await two.index.nearest({ vector: query, scope: ENTIRE_LIBRARY, limit: 5 })).toEqual([]);
});

test.skipIf(!(await loadHnswLibrary()))("an index file that one process built serves the other", async () => {
  const [one, two] = await openTwice();
  await one.catalog.images.put(names(0, 500).map((name) => newImage(name)));
  await one.index.ready();
  await one.catalog.images.remove([idOf("picture 7")]);
  await one.catalog.images.put([newImage("picture 500")]);
  await two.index.ready();
  const kinds = (await Promise.all([one.index.status(), two.index.status()])).map(({ kind }) => kind);
  expect(kinds).toEqual(["hnsw", "hnsw"]);
  const all = await Promise.all(
    [one, two].map(({ index }) => index.nearest({ vector: query, scope: ENTIRE_LIBRARY, limit: 10 })),
  );
  expect(all[0]).toEqual(all[1]);
  expect(all[0]?.[0]?.score).toBeCloseTo(1, 6);
});

test("the nearest part of an image stands for it, in whichever process it was added", async () => {
  const [one, two] = await openTwice();
  await one.catalog.images.put(["cat", "dog"].map((name) => newImage(name)));
  await two.index.refresh();
  const part = { kind: "frame", atMs: 1500 } as const;
  const opposite = embeddingOf("dog").map((value) => -value);
  await one.catalog.embeddings.put(SPACE, [{ id: idOf("dog"), part, embedding: opposite }]);
  for (const { index } of [one, two]) {
    const [best] = await index.nearest({ vector: opposite, scope: ENTIRE_LIBRARY, limit: 1 });
    expect(best).toMatchObject({ key: 2, part });
    expect(best?.score).toBeCloseTo(1, 6);
  }
});
