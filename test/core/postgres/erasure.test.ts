import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NewImage } from "../../../src/core/ports.ts";
import { pooledServer } from "../../../src/core/postgres/pooled-server.ts";
import { readAddress } from "../../../src/core/postgres/server-address.ts";
import { openServerLibrary } from "../../../src/core/postgres/server-library.ts";
import { vectorText } from "../../../src/core/postgres/vectors.ts";
import { encodeVector } from "../../../src/core/vector.ts";
import { file, idOf, newImage, post, SPACE } from "../../support/new-image.ts";
import { NEEDS_SERVER, TEST_SERVER, type TestDatabases, testDatabases } from "../../support/postgres.ts";
import { randomEmbedding, seededRandom } from "../../support/random-embeddings.ts";

const PICTURES = 400;
const ERASED = 40;

describe.skipIf(!TEST_SERVER)(`erasure from a server's files (${NEEDS_SERVER})`, () => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await testDatabases();
  });
  afterAll(() => databases?.close());

  const random = seededRandom(11);
  const images = Array.from({ length: PICTURES }, (_, at): NewImage => {
    const place =
      at % 2
        ? file(`/photos/${at % 7}/secret ${at} path.jpg`)
        : post(`a${at}`, { caption: `secret ${at} caption` });
    const thumbnail = randomBytes(6000);
    return {
      ...newImage(`secret ${at} picture`, place, { thumbnail }),
      embedding: randomEmbedding(random, 512),
    };
  });
  const erased = images.filter((_, at) => at % (PICTURES / ERASED) < 1);

  /** How many of these can be found in any file of the tables and indexes of a database, written ahead or not. */
  async function findable(address: string, some: readonly NewImage[]) {
    const server = await pooledServer(readAddress(address), 1);
    try {
      return await server.withSession(async (session) => {
        await session.run("CHECKPOINT");
        const count = async (patterns: readonly Buffer[]) => {
          const [row] = await session.rows<{ found: number }>(
            `WITH files AS MATERIALIZED (
              SELECT pg_read_binary_file(f, true) AS content FROM (
                SELECT 'base/' || d.oid || '/' || pg_ls_dir('base/' || d.oid) AS f FROM pg_database d
                WHERE d.datname = current_database()) x)
            SELECT count(*) AS found FROM unnest($1::bytea[]) AS p (pattern)
            WHERE EXISTS (SELECT 1 FROM files WHERE position(p.pattern in content) > 0)`,
            [patterns],
          );
          return row?.found;
        };
        const halves = await session.rows<{ half: Buffer }>(
          "SELECT halfvec_send(n::vector::halfvec) AS half FROM unnest($1::text[]) n",
          [some.map(({ embedding }) => vectorText(embedding))],
        );
        return {
          ids: await count(some.map(({ picture }) => Buffer.from(picture.id, "hex"))),
          thumbnails: await count(
            some.map(({ picture }) => Buffer.from(picture.thumbnail.subarray(1000, 1040))),
          ),
          vectors: await count(some.map(({ embedding }) => encodeVector(embedding.subarray(100, 110)))),
          // Sent with the high byte first, behind four bytes.
          halves: await count(halves.map(({ half }) => Buffer.from(half.subarray(204, 224)).swap16())),
          words: await count(
            some.flatMap(({ placement }) =>
              placement.kind === "file"
                ? [Buffer.from(placement.path.replace(/^.*\//, ""))]
                : [Buffer.from(placement.caption ?? "")],
            ),
          ),
        };
      });
    } finally {
      await server.close();
    }
  }

  test("after the owed rewrites nothing of what was erased is in the files of tables and indexes", async () => {
    const address = await databases.create();
    const { catalog, vectors } = await openServerLibrary(address);
    await catalog.images.put(images);
    await catalog.tags.put(idOf("secret 0 picture"), "secret tag of one picture");
    const search = vectors({ space: SPACE, dimensions: 512, graphFrom: 100 });
    await search.ready();
    const admin = await pooledServer(readAddress(address), 1);
    // The planner's samples of paths and captions, too.
    await admin.withSession((session) => session.run("ANALYZE"));
    const all = { ids: ERASED, thumbnails: ERASED, vectors: ERASED, halves: ERASED, words: ERASED };
    expect(await findable(address, erased)).toEqual(all);
    expect((await catalog.maintain()).erasures).toBe(0);

    await catalog.images.remove(erased.map(({ picture }) => picture.id));
    await admin.withSession((session) => session.run("VACUUM"));
    const left = await findable(address, erased);
    expect(Object.values(left).some((count) => (count ?? 0) > 0)).toBe(true);

    const report = await catalog.maintain();
    expect(report.postponed).toEqual([]);
    expect(report.erasures).toBeGreaterThan(0);
    expect(report.rewritten).toEqual(
      expect.arrayContaining(["thumbnails", "vectors", "near_files", "near_posts", "texts"]),
    );
    expect(report.elsewhere.join(" ")).toMatch(/Write-ahead log.*Replicas.*Backups/);
    expect(await findable(address, erased)).toEqual({
      ids: 0,
      thumbnails: 0,
      vectors: 0,
      halves: 0,
      words: 0,
    });
    const tag = Buffer.from("secret tag of one");
    const named = await admin.withSession((session) =>
      session.rows(
        `SELECT f FROM (SELECT 'base/' || d.oid || '/' || pg_ls_dir('base/' || d.oid) AS f FROM pg_database d
          WHERE d.datname = current_database()) x WHERE position($1::bytea in pg_read_binary_file(f, true)) > 0`,
        [tag],
      ),
    );
    expect(named).toEqual([]);

    // Nothing else was lost, and nothing is owed any more.
    const kept = images.filter((image) => !erased.includes(image));
    expect(await findable(address, kept.slice(0, ERASED))).toEqual(all);
    expect(await catalog.check()).toEqual([]);
    expect(await catalog.images.totals()).toMatchObject({ images: PICTURES - ERASED });
    expect((await search.status()).kind).toBe("hnsw");
    expect(await catalog.maintain()).toMatchObject({ erasures: 0, rewritten: [] });
    await catalog.state.set("about a person", "secret");
    await catalog.state.erase(["about a person"]);
    expect((await catalog.maintain()).erasures).toBe(1);
    await admin.close();
    await catalog.close();
  });

  test("who began before a removal keeps what it took, which is said, and done once they have ended", async () => {
    const address = await databases.create();
    const { catalog } = await openServerLibrary(address);
    await catalog.images.put(images.slice(0, 10));
    const reader = await pooledServer(readAddress(address), 1);
    await reader.withSession(async (session) => {
      await session.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
      await session.rows("SELECT 1 FROM images");
      await catalog.images.remove([images[0]?.picture.id ?? ""]);
      const report = await catalog.maintain();
      expect(report.rewritten).toEqual([]);
      expect(report.postponed.join()).toMatch(/still sees what was erased: a program \(glimpse\)/);
      await session.run("ROLLBACK");
    });
    const report = await catalog.maintain();
    expect(report).toMatchObject({ erasures: 1, postponed: [] });
    expect(await findable(address, images.slice(0, 1))).toMatchObject({ ids: 0, thumbnails: 0, vectors: 0 });
    await reader.close();
    await catalog.close();
  });
});
