import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Connection } from "../../../src/core/postgres/connection.ts";
import { pooledServer } from "../../../src/core/postgres/pooled-server.ts";
import { readAddress } from "../../../src/core/postgres/server-address.ts";
import { catalogOn } from "../../../src/core/postgres/server-library.ts";
import { DatabaseVectors } from "../../../src/core/postgres/vector-search.ts";
import { newImage, post, SPACE } from "../../support/new-image.ts";
import { NEEDS_SERVER, TEST_SERVER, type TestDatabases, testDatabases } from "../../support/postgres.ts";
import { randomEmbedding, seededRandom } from "../../support/random-embeddings.ts";
import { describeVectorSearch } from "../../support/vector-search-contract.ts";

describe.skipIf(!TEST_SERVER)(`vector search in a database (${NEEDS_SERVER})`, () => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await testDatabases();
  });
  afterAll(() => databases?.close());

  describeVectorSearch(async () => {
    const address = await databases.create();
    const db = new Connection(await pooledServer(readAddress(address), 4));
    const catalog = catalogOn(db);
    return {
      catalog: { ...catalog, close: () => catalog.close().then(() => databases.free(address)) },
      vectors: (space, lackedBy) => new DatabaseVectors(db, { space, lackedBy, dimensions: 32 }),
    };
  });

  test("the whole of a large library is searched along a graph, whose matches have exact scores", async () => {
    const address = await databases.create();
    const db = new Connection(await pooledServer(readAddress(address), 4));
    const catalog = catalogOn(db);
    const random = seededRandom(3);
    const images = Array.from({ length: 1200 }, (_, at) => newImage(`${at}`, post(`${at}`)));
    await catalog.images.put(images.map((image) => ({ ...image, embedding: randomEmbedding(random, 32) })));
    const search = new DatabaseVectors(db, { space: SPACE, dimensions: 32, graphFrom: 1000 });
    expect((await search.status()).kind).toBe("exact");
    await search.ready();
    expect((await search.status()).kind).toBe("hnsw");
    for (let at = 0; at < 10; at++) {
      const question = { vector: randomEmbedding(random, 32), limit: 10 };
      const found = await search.nearest({ ...question, scope: { files: "all", discord: "all" } });
      // A scope that shows the same pictures is searched exactly.
      const exact = await search.nearest({ ...question, scope: { files: "none", discord: "all" } });
      expect(found.map(({ key }) => key)).toEqual(exact.map(({ key }) => key));
      for (const [place, { score }] of exact.entries()) expect(found[place]?.score).toBeCloseTo(score, 6);
    }
    await catalog.close();
    // Its index stays, so it is not given out again.
  });
});
