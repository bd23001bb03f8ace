import { afterAll, beforeAll, describe } from "vitest";
import { Connection } from "../../../src/core/postgres/connection.ts";
import { pooledServer } from "../../../src/core/postgres/pooled-server.ts";
import { readAddress } from "../../../src/core/postgres/server-address.ts";
import { catalogOn } from "../../../src/core/postgres/server-library.ts";
import { describeCatalog } from "../../support/catalog-contract.ts";
import { NEEDS_SERVER, TEST_SERVER, type TestDatabases, testDatabases } from "../../support/postgres.ts";

describe.skipIf(!TEST_SERVER)(`a catalog on a server (${NEEDS_SERVER})`, () => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await testDatabases();
  });
  afterAll(() => databases.close());

  describeCatalog(async () => {
    const address = await databases.create();
    const catalog = catalogOn(new Connection(await pooledServer(readAddress(address), 4)));
    return { ...catalog, close: () => catalog.close().then(() => databases.free(address)) };
  });
});
