import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Catalog } from "../../../src/core/ports.ts";
import { Connection, type Server } from "../../../src/core/postgres/connection.ts";
import { pooledServer } from "../../../src/core/postgres/pooled-server.ts";
import { readAddress } from "../../../src/core/postgres/server-address.ts";
import { catalogOn, openServerLibrary } from "../../../src/core/postgres/server-library.ts";
import { DatabaseVectors } from "../../../src/core/postgres/vector-search.ts";
import { inTurn } from "../../support/in-turn.ts";
import { embeddingOf, file, idOf, newImage, post, SPACE } from "../../support/new-image.ts";
import { NEEDS_SERVER, TEST_SERVER, type TestDatabases, testDatabases } from "../../support/postgres.ts";

const ROUNDS = 300;
const FEWER = 60;

describe.skipIf(!TEST_SERVER)(`several writers of one library on a server (${NEEDS_SERVER})`, () => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await testDatabases();
  });
  afterAll(() => databases?.close());

  /** Two that know nothing of each other, as in two processes. */
  const withTwo = (work: (one: Catalog, other: Catalog) => Promise<void>) => async () => {
    const address = await databases.create();
    const open = async () => catalogOn(new Connection(await pooledServer(readAddress(address), 2)));
    const [one, other] = [await open(), await open()];
    try {
      await work(one, other);
      expect(await one.check()).toEqual([]);
    } finally {
      await one.close();
      await other.close();
      databases.free(address);
    }
  };
  const names = Array.from({ length: ROUNDS }, (_, at) => `picture ${at}`);
  const fewer = names.slice(0, FEWER);
  const inFolder = (name: string) => file(`/photos/${name}.jpg`);

  test(
    "of two who remove an image's last two placements at once, one erases the image",
    withTwo(async (one, other) => {
      await one.images.put(
        names.flatMap((name) => [newImage(name, inFolder(name)), newImage(name, post(name))]),
      );
      const reports = await Promise.all([
        inTurn(names, (name) => one.files.remove([inFolder(name).path])),
        inTurn(names, (name) => other.posts.remove({ guildId: "g1", attachmentIds: [name] })),
      ]);
      const erased = reports.flat().reduce((sum, { images }) => sum + images, 0);
      expect(erased).toBe(ROUNDS);
      expect(await one.images.totals()).toEqual({ images: 0, placements: 0, failed: 0 });
    }),
  );

  test(
    "an image that is added while its last placement is removed is there as a whole, or not at all",
    withTwo(async (one, other) => {
      await one.images.put(fewer.map((name) => newImage(name, inFolder(name))));
      await Promise.all([
        inTurn(fewer, (name) => one.files.remove([inFolder(name).path])),
        inTurn(fewer, (name) => other.images.put([newImage(name, post(name))])),
      ]);
      expect(await one.images.totals()).toEqual({ images: FEWER, placements: FEWER, failed: 0 });
      expect(await one.embeddings.count(SPACE)).toBe(FEWER);
    }),
  );

  test(
    "two who add the same pictures in another order make one image of each",
    withTwo(async (one, other) => {
      const batches = (some: readonly string[]) =>
        Array.from({ length: some.length / 10 }, (_, at) => some.slice(at * 10, at * 10 + 10));
      await Promise.all([
        inTurn(batches(names), (batch) =>
          one.images.put(batch.map((name) => newImage(name, inFolder(name)))),
        ),
        inTurn(batches(names.toReversed()), (batch) =>
          other.images.put(batch.map((name) => newImage(name, post(name)))),
        ),
      ]);
      expect(await one.images.totals()).toEqual({ images: ROUNDS, placements: 2 * ROUNDS, failed: 0 });
    }),
  );

  test(
    "who follows the changes while others write misses none",
    withTwo(async (one, other) => {
      const seen = new Set<number>();
      let token = await one.embeddings.changeToken(SPACE);
      const follow = async () => {
        for (let more = true; more; ) {
          const batch = await one.embeddings.changesSince(SPACE, token, 7);
          if (batch === undefined) throw new Error("the followed state is gone");
          for (const { key } of batch.changes) seen.add(key);
          ({ token, more } = batch);
        }
      };
      const writing = Promise.all([
        inTurn(fewer, (name) => one.images.put([newImage(name, inFolder(name))])),
        inTurn(fewer, (name) => other.images.put([newImage(`other ${name}`, post(name))])),
      ]);
      let isWriting = true;
      void writing.finally(() => {
        isWriting = false;
      });
      while (isWriting) await follow();
      await writing;
      await follow();
      expect(seen.size).toBe(2 * FEWER);
    }),
  );

  test("many who open a new library at once make its tables once", async () => {
    const address = await databases.create();
    const admin = await pooledServer(readAddress(address), 1);
    await admin.withSession((session) => session.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public"));
    const opened = await Promise.all(Array.from({ length: 6 }, () => openServerLibrary(address)));
    for (const { catalog } of opened) expect(await catalog.images.totals()).toMatchObject({ images: 0 });
    for (const { catalog } of opened) await catalog.close();
    await admin.withSession((session) => session.run("UPDATE glimpse_schema SET version = version + 1"));
    await expect(openServerLibrary(address)).rejects.toThrow(/newer Glimpse/);
    await admin.withSession((session) => session.run("DROP TABLE glimpse_schema"));
    await expect(openServerLibrary(address)).rejects.toThrow(/another program.*left alone/);
    await admin.close();
  });

  test("an owner who may not add pgvector is told what a superuser has to do, and needs nobody afterwards", async () => {
    const address = new URL(await databases.create());
    const admin = await pooledServer(readAddress(address.href), 1);
    const onServer = (statement: string) => admin.withSession((session) => session.run(statement));
    const name = `${address.pathname.slice(1)}_owned`;
    await onServer(`CREATE ROLE ${name} LOGIN`);
    await onServer(`CREATE DATABASE ${name} OWNER ${name}`);
    address.pathname = name;
    const superuser = await pooledServer(readAddress(address.href), 1);
    address.username = name;
    await expect(openServerLibrary(address.href)).rejects.toThrow(/superuser.*CREATE EXTENSION vector;/);
    await superuser.withSession((session) => session.run("CREATE EXTENSION vector"));
    await superuser.close();
    const { catalog } = await openServerLibrary(address.href);
    await catalog.images.put([newImage("a")]);
    expect((await catalog.images.totals()).images).toBe(1);
    await catalog.close();
    await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
    await onServer(`DROP ROLE ${name}`);
    await admin.close();
  });

  test("questions within a scope read nothing but the index that holds it", async () => {
    const address = await databases.create();
    const server = await pooledServer(readAddress(address), 2);
    const asked: { sql: string; values: readonly unknown[] }[] = [];
    const recording: Server = {
      ...server,
      withSession: (work) =>
        server.withSession((session) =>
          work({
            ...session,
            rows: (sql, values = []) => {
              if (sql.includes("near_")) asked.push({ sql, values });
              return session.rows(sql, values);
            },
          }),
        ),
    };
    const db = new Connection(recording);
    const catalog = catalogOn(db);
    const many = Array.from({ length: 3000 }, (_, at) => `${at}`);
    await catalog.images.put(
      many.map((name) => newImage(name, post(name, { channelId: `c${Number(name) % 300}` }))),
    );
    await catalog.images.put(
      many.map((name) => newImage(name, file(`/photos/${Number(name) % 300}/${name}.jpg`))),
    );
    await db.alone("VACUUM ANALYZE near_posts");
    await db.alone("VACUUM ANALYZE near_files");
    const search = new DatabaseVectors(db, { space: SPACE, dimensions: 4 });
    const ask = { vector: embeddingOf("question"), limit: 10 };
    const channelIds = Array.from({ length: 30 }, (_, at) => `c${at}`);
    const discord = { guildId: "g1", channelIds, ageRestricted: false };
    const since = { wallClock: 5, instant: 5 };
    await search.nearest({ ...ask, scope: { files: "none", discord, since } });
    await search.nearest({
      ...ask,
      scope: { files: { folders: ["/photos/7", "/photos/8"] }, discord: "none", since },
    });
    expect(asked).toHaveLength(2);
    for (const [at, index] of ["near_posts_by_channel", "near_files_by_folder"].entries()) {
      const { sql = "", values = [] } = asked[at] ?? {};
      const plan = await server.withSession((session) =>
        session.rows<{ "QUERY PLAN": string }>(`EXPLAIN (VERBOSE) ${sql}`, values),
      );
      const lines = plan.map((line) => line["QUERY PLAN"]).join("\n");
      expect(lines).toMatch(new RegExp(`Index Only Scan using ${index}`));
      expect(lines, "vectors that are sorted or grouped").not.toMatch(/Output: .*\b[fp]\.near(?:,|$)/m);
    }
    expect(await catalog.images.has(idOf("0"))).toBe(true);
    await catalog.close();
    databases.free(address);
  });
});
