import { afterAll, describe } from "vitest";
import { Connection, type Server } from "../../../src/core/postgres/connection.ts";
import { catalogOn } from "../../../src/core/postgres/server-library.ts";
import { DatabaseVectors } from "../../../src/core/postgres/vector-search.ts";
import { describeCatalog } from "../../support/catalog-contract.ts";
import { inProcessServer } from "../../support/in-process-postgres.ts";
import { emptyLibrary, TEST_SERVER } from "../../support/postgres.ts";
import { describeVectorSearch } from "../../support/vector-search-contract.ts";

// A server runs the same, and several sessions.
describe.skipIf(TEST_SERVER)("PostgreSQL in this process (where there is no server)", () => {
  const started: Server[] = [];
  const free: Server[] = [];
  afterAll(async () => {
    for (const server of started) await server.close();
  });

  async function create() {
    const used = free.pop();
    if (used) await emptyLibrary(used);
    const server = used ?? (await inProcessServer());
    if (!used) started.push(server);
    const db = new Connection(server);
    return { db, catalog: { ...catalogOn(db), close: async () => void free.push(server) } };
  }

  describe("a catalog", () => describeCatalog(async () => (await create()).catalog));

  describe("vector search", () =>
    describeVectorSearch(async () => {
      const { db, catalog } = await create();
      return {
        catalog,
        vectors: (space, lackedBy) => new DatabaseVectors(db, { space, lackedBy, dimensions: 32 }),
      };
    }));
});
