import { afterAll, beforeAll, describe } from "vitest";
import { Connection } from "../../../src/core/postgres/connection.ts";
import { pooledServer } from "../../../src/core/postgres/pooled-server.ts";
import { readAddress } from "../../../src/core/postgres/server-address.ts";
import { catalogOn } from "../../../src/core/postgres/server-library.ts";
import { DatabaseVectors } from "../../../src/core/postgres/vector-search.ts";
import { NEEDS_SERVER, TEST_SERVER, type TestDatabases, testDatabases } from "../../support/postgres.ts";
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
});
