import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { openCatalog } from "../../../src/core/catalog/open-catalog.ts";
import { queryVector } from "../../../src/core/search/query-vector.ts";
import { openSettings } from "../../../src/core/settings/open-settings.ts";
import { SyncedVectorIndex } from "../../../src/core/vector-index/synced-vector-index.ts";
import { FakeEmbedder } from "../../support/fake-embedder.ts";
import { everything } from "../../support/test-library.ts";

test("text embeddings are cached, in a bounded number, and never mixed up", async () => {
  const kept = new Map<string, string>();
  const embedder = new FakeEmbedder({ dimensions: 16 });
  const { space, dimensions } = embedder;
  const catalog = await openCatalog({ path: ":memory:" });
  const vectors = new SyncedVectorIndex({ catalog, space, dimensions, directory: "" });
  const context = { catalog, embedder, vectors, settings: await openSettings({ store: kept }) };
  const embedQuery = async (text: string) => (await queryVector(context, [{ text }], everything)).embedding;

  const first = await embedQuery("text 0");
  expect(await embedQuery(" text 0 ")).toEqual(first);
  expect(embedder.calls.texts, "the second question came from the cache").toBe(1);

  const embedded = new Map<string, unknown>();
  for (let n = 0; n < 9000; n++) embedded.set(`text ${n}`, await embedQuery(`text ${n}`));
  expect(kept.size).toBeGreaterThan(5000);
  expect(kept.size).toBeLessThanOrEqual(8192);
  const mixedUp: string[] = [];
  for (const [text, vector] of embedded)
    if (!isDeepStrictEqual(await embedQuery(text), vector)) mixedUp.push(text);
  expect(mixedUp).toEqual([]);
  await catalog.close();
});
