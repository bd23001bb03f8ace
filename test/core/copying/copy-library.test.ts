import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openConnection } from "../../../src/core/catalog/connection/open-connection.ts";
import { openKeyValueTable } from "../../../src/core/catalog/key-value-table.ts";
import {
  FACTS_COLUMNS,
  FILE_COLUMNS,
  IMAGE_COLUMNS,
  POST_COLUMNS,
  QUALITY_COLUMNS,
  READING_COLUMNS,
  TABLES_AFTER_PICTURES,
  TABLES_BEFORE_PICTURES,
  TAG_COLUMNS,
  TEXT_COLUMNS,
} from "../../../src/core/catalog/records/record-tables.ts";
import { copyLibrary } from "../../../src/core/copying/copy-library.ts";
import { type CopiedLibrary, openCopied } from "../../../src/core/copying/open-copied.ts";
import { openServerLibrary } from "../../../src/core/postgres/server-library.ts";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { embeddingOf, file, idOf, newImage, SPACE } from "../../support/new-image.ts";
import { NEEDS_SERVER, TEST_SERVER, type TestDatabases, testDatabases } from "../../support/postgres.ts";
import { fillLibrary } from "../../support/rich-library.ts";
import { startScript } from "../../support/start-script.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();
const newFolder = () => mkdtemp(join(folder, "library-"));
const opened: CopiedLibrary[] = [];

async function open(place: string): Promise<CopiedLibrary> {
  const isServer = place.startsWith("postgres:");
  const library = await openCopied(
    { directory: place, server: isServer ? place : undefined },
    { create: true },
  );
  opened.push(library);
  return library;
}
afterAll(async () => {
  for (const library of opened) await library.close();
});

/** A folder with something of every kind. */
async function filled(pictures?: number): Promise<string> {
  const directory = await newFolder();
  const { catalog } = await open(directory);
  const settings = await openKeyValueTable({ path: join(directory, "catalog.db") });
  await fillLibrary(catalog, settings, pictures);
  await settings.disconnect();
  return directory;
}

async function copied(from: string, to: string) {
  const [source, target] = [await open(from), await open(to)];
  return { source, target, report: await copyLibrary(source, target) };
}

const isSame = ({ sections }: { sections: readonly { same: boolean }[] }) =>
  sections.every(({ same }) => same);

describe.each([
  ["a folder", newFolder],
  [`a server (${NEEDS_SERVER})`, undefined],
])("to %s and back", (_, there) => {
  let databases: TestDatabases | undefined;
  beforeAll(async () => {
    databases = TEST_SERVER ? await testDatabases() : undefined;
  });
  afterAll(() => databases?.close());

  test.skipIf(!there && !TEST_SERVER)("nothing is lost, to the last bit", async () => {
    const directory = await filled();
    const middle = await (there ?? (() => databases?.create() ?? ""))();
    const { source, target, report } = await copied(directory, middle);
    expect(report.sections.filter(({ same }) => !same)).toEqual([]);
    // Nothing of what a library can hold is missing from what was compared.
    expect(report.sections.map(({ section }) => section)).toEqual([
      ...TABLES_BEFORE_PICTURES.map(({ name }) => name),
      "pictures",
      ...TABLES_AFTER_PICTURES.map(({ name }) => name),
    ]);
    const back = await copied(middle, await newFolder());
    expect(isSame(back.report)).toBe(true);
    expect(back.report.sections.map(({ to }) => to)).toEqual(report.sections.map(({ from }) => from));
    for (const { catalog } of [target, back.target]) {
      expect(await catalog.check()).toEqual([]);
      expect(await catalog.readings.counts()).toEqual(await source.catalog.readings.counts());
      expect(await catalog.posts.guilds()).toEqual(await source.catalog.posts.guilds());
      expect(await catalog.tags.summaries()).toEqual(await source.catalog.tags.summaries());
      expect(await catalog.state.list("")).toEqual(await source.catalog.state.list(""));
      const words = [{ text: "straße" }, { text: "another" }, { text: "Sommer" }, { text: "Ünder" }];
      const found = async (each: CopiedLibrary["catalog"]) =>
        (await each.texts.search({ words, scope: ENTIRE_LIBRARY })).matches.map(({ key }) => key);
      expect(await found(catalog)).toEqual(await found(source.catalog));
      expect(await catalog.images.lookAlikes(Buffer.from("fingerprint of picture 1"))).toBeDefined();
    }
  });

  test.skipIf(!there && !TEST_SERVER)(
    "a copy that was killed is finished by the next, and nothing is twice",
    async () => {
      const directory = await filled(1500);
      const middle = await (there ?? (() => databases?.create() ?? ""))();
      const child = startScript(new URL("copy-child.ts", import.meta.url), [directory, middle]);
      const target = await open(middle);
      for (;;) {
        const note = await target.catalog.state.get("copying");
        if (note?.includes('"pictures"')) break;
        expect(child.exitCode).toBeNull();
        await sleep(1);
      }
      child.kill("SIGKILL");
      await once(child, "exit");
      const { images } = await target.catalog.images.totals();
      expect(images).toBeGreaterThan(0);
      expect(images).toBeLessThan(1500);
      expect((await target.catalog.check()).join()).toContain("were not finished: 1");
      await expect(copyLibrary(await open(await filled(3)), target)).rejects.toThrow(
        /part of a copy of .*Finish that one/,
      );
      const report = await copyLibrary(await open(directory), target);
      expect(report).toMatchObject({ resumed: true, cancelled: false });
      expect(report.sections.filter(({ same }) => !same)).toEqual([]);
      // On a connection of its own: SQLite finds fault with a full-text index that another changed since its last check.
      expect(await (await open(middle)).catalog.check()).toEqual([]);
    },
  );
});

test("what is written to the source during a copy is in it or not, and never half", async () => {
  const directory = await filled(600);
  const [source, target, writer] = [
    await open(directory),
    await open(await newFolder()),
    await open(directory),
  ];
  let writes = 0;
  const report = await copyLibrary(source, target, {
    onProgress: () => void writer.catalog.images.put([newImage(`late ${writes++}`)]),
  });
  expect(writes).toBeGreaterThan(3);
  expect(report.sections.filter(({ same }) => !same)).toEqual([]);
  expect((await target.catalog.images.totals()).images).toBe(600);
});

test("an interrupted copy goes on, and one whose target was changed meanwhile says that they differ", async () => {
  const [source, target] = [await open(await filled(300)), await open(await newFolder())];
  const stop = new AbortController();
  const stopped = await copyLibrary(source, target, { signal: stop.signal, onProgress: () => stop.abort() });
  expect(stopped.cancelled).toBe(true);
  await target.catalog.images.put([newImage("another's", file("/photos/another.jpg"))]);
  const report = await copyLibrary(source, target);
  expect(report.resumed).toBe(true);
  expect(report.sections.filter(({ same }) => !same).map(({ section }) => section)).toEqual(["pictures"]);
});

test("a library is not copied into itself, nor into another without consent", async () => {
  const [one, other] = [await filled(3), await filled(4)];
  await expect(copied(one, `${one}/../${one.split("/").at(-1)}`)).rejects.toThrow(/are one library/);
  await expect(copied(one, other)).rejects.toThrow(/holds a library already.*--into/);
  const empty = await newFolder();
  await (await open(empty)).catalog.state.set("anything", "set");
  await expect(copied(one, empty)).rejects.toThrow(/holds a library already/);
  await expect(openCopied({ directory: await newFolder() }, { create: false })).rejects.toThrow(
    /There is no library/,
  );
});

test("what a library has stays as it is when another is copied into it", async () => {
  const [source, target] = [await open(await newFolder()), await open(await newFolder())];
  const put = (library: CopiedLibrary, name: string, path: string, root = "/photos") =>
    library.catalog.images.put([newImage(name, file(path, { root }))]);
  await put(source, "only there", "/photos/a.jpg");
  await put(source, "in both", "/photos/b.jpg");
  await put(source, "whose place is taken", "/photos/c.jpg");
  await source.catalog.tags.put(idOf("in both"), "theirs");
  // The target's root holds the other's.
  await put(target, "in both", "/d.jpg", "/");
  await put(target, "at the taken place", "/photos/c.jpg", "/");
  await target.catalog.tags.put(idOf("in both"), "ours");
  await target.catalog.embeddings.setActiveModel("ours", "ours@0");
  const report = await copyLibrary(source, target, { into: true });
  expect(report.merged).toBe(true);
  expect(await target.catalog.check()).toEqual([]);
  const found = await target.catalog.images.byId(
    ["only there", "in both", "whose place is taken", "at the taken place"].map(idOf),
  );
  expect(
    found.map(({ record }) =>
      record.placements.map((placement) => placement.kind === "file" && placement.path),
    ),
  ).toEqual([["/photos/a.jpg"], ["/d.jpg", "/photos/b.jpg"], ["/photos/c.jpg"]]);
  expect(found[1]?.record.tags.map(({ tag }) => tag).sort()).toEqual(["ours", "theirs"]);
  expect(await target.catalog.embeddings.activeModel()).toEqual({ model: "ours", space: "ours@0" });
  expect((await target.catalog.files.roots()).map(({ path }) => path)).toEqual(["/"]);
  expect(await target.catalog.embeddings.count(SPACE)).toBe(3);
  expect(embeddingOf("in both")).toHaveLength(4);
});

/** Tables and columns that are made of others, expire, or are locks; and those that stand for a record's parts. */
const DERIVED = {
  tables: [
    "changes",
    "maintenance",
    "hash_backlog",
    "hashes",
    "leases",
    "places",
    "guilds",
    "spaces",
    "tag_tallies",
    "tallies",
    "text_backlog",
    "text_trigrams",
    "text_words",
    "near_files",
    "near_posts",
    "folders",
    "orphan_candidates",
    "glimpse_schema",
    "thumbnails",
    "embeddings",
    "part_embeddings",
    "vectors",
    "ocr_lines",
    "reading_queue",
    "maps",
    "volumes",
    "workers",
    "work",
    "map_points",
    "carried_tags",
    "unread_words",
    "unread_facts",
    "unread_sidecars",
  ],
  columns: [
    "key",
    "image",
    "id",
    "file",
    "post",
    "one",
    "folder",
    "folded",
    "folded_camera",
    "tokens",
    "folded_caption",
    "expires_at",
    "further_quality",
    "lines",
    "tags.model_score",
    "texts.guild",
    "below_guild",
    "below_channel",
    "failures.message",
    "failures.attachment",
  ],
};

const COPIED: Record<string, readonly string[]> = {
  images: Object.keys({ ...IMAGE_COLUMNS, ...QUALITY_COLUMNS }),
  files: Object.keys(FILE_COLUMNS),
  posts: Object.keys(POST_COLUMNS),
  tags: Object.keys(TAG_COLUMNS),
  texts: Object.keys(TEXT_COLUMNS),
  readings: Object.keys(READING_COLUMNS),
  facts: Object.keys(FACTS_COLUMNS),
  ...Object.fromEntries(
    [...TABLES_BEFORE_PICTURES, ...TABLES_AFTER_PICTURES].map(({ name, columns }) => [
      name,
      Object.keys(columns),
    ]),
  ),
};

/** Columns that a copy would leave behind. */
const missed = (columns: readonly { table: string; column: string }[]) =>
  columns
    .filter(({ table }) => !DERIVED.tables.includes(table))
    .filter(
      ({ table, column }) =>
        !COPIED[table]?.includes(column) &&
        !DERIVED.columns.includes(column) &&
        !DERIVED.columns.includes(`${table}.${column}`),
    );

test("no table and no column of a library in a folder is left out of a copy", async () => {
  const directory = await filled(3);
  const db = await openConnection({ path: join(directory, "catalog.db") });
  const columns = await db.read(() =>
    db
      .statement<{ table: string; column: string }>(
        `SELECT l.name AS "table", c.name AS "column" FROM pragma_table_list l, pragma_table_xinfo(l.name) c
        WHERE l.schema = 'main' AND l.type IN ('table', 'virtual') AND l.name NOT LIKE 'sqlite_%'`,
      )
      .all(),
  );
  db.close();
  expect(columns.length).toBeGreaterThan(100);
  expect(missed(columns)).toEqual([]);
});

test.skipIf(!TEST_SERVER)(`nor of one on a server (${NEEDS_SERVER})`, async () => {
  const databases = await testDatabases();
  const address = await databases.create();
  await (await openServerLibrary(address)).catalog.close();
  const { pooledServer } = await import("../../../src/core/postgres/pooled-server.ts");
  const { readAddress } = await import("../../../src/core/postgres/server-address.ts");
  const server = await pooledServer(readAddress(address), 1);
  const columns = await server.withSession((session) =>
    session.rows<{ table: string; column: string }>(
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns WHERE table_schema = 'public'`,
    ),
  );
  await server.close();
  await databases.close();
  expect(columns.length).toBeGreaterThan(100);
  expect(missed(columns)).toEqual([]);
});
