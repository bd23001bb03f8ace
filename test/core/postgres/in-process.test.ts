import { afterAll, describe, expect, test } from "vitest";
import { Connection, type Server } from "../../../src/core/postgres/connection.ts";
import { migrations } from "../../../src/core/postgres/schema.ts";
import { catalogOn } from "../../../src/core/postgres/server-library.ts";
import { DatabaseVectors } from "../../../src/core/postgres/vector-search.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { describeCatalog } from "../../support/catalog-contract.ts";
import { inProcessServer } from "../../support/in-process-postgres.ts";
import { idOf, newImage, post } from "../../support/new-image.ts";
import { emptyLibrary, TEST_SERVER } from "../../support/postgres.ts";
import { describeVectorSearch } from "../../support/vector-search-contract.ts";

/** Where among the migrations those folded texts are brought up to date. */
const REFOLDING = migrations.findIndex((step) => step.includes("refolded"));

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

  test("tags and captions that were folded by an earlier schema are found in any case", async () => {
    const { db, catalog } = await create();
    await catalog.images.put([newImage("a", post("1", { caption: "An der Straße" })), newImage("b")]);
    for (const tag of ["Straße", "ᾠδή", "kız", "GRÜN"]) await catalog.tags.put(idOf("a"), tag);
    await db.write(async (session) => {
      await session.run("UPDATE tags SET folded = lower(tag)");
      await session.run("UPDATE posts SET folded_caption = lower(caption)");
      await session.run(migrations[REFOLDING] ?? "");
    });
    for (const tag of ["STRASSE", "ὨΙΔΉ", "KIZ", "grün"])
      expect(await catalog.images.count({ ...ENTIRE_LIBRARY, tags: [tag] }), tag).toBe(1);
    const discord = { guildId: "g1", channelIds: ["c1"], captionContains: "STRASSE" };
    expect(await catalog.images.count({ files: "none", discord })).toBe(1);
    await catalog.close();
  });

  describe("vector search", () =>
    describeVectorSearch(async () => {
      const { db, catalog } = await create();
      return {
        catalog,
        vectors: (space, lackedBy) => new DatabaseVectors(db, { space, lackedBy, dimensions: 32 }),
      };
    }));
});
