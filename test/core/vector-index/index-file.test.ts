import { createHash } from "node:crypto";
import files, { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ENTIRE_LIBRARY } from "../../../src/core/scopes.ts";
import { GraphStore } from "../../../src/core/vector-index/graph-store.ts";
import { loadHnswLibrary } from "../../../src/core/vector-index/hnsw-library.ts";
import { readManifest, type StoredGraph, writeManifest } from "../../../src/core/vector-index/index-file.ts";
import type { Manifest } from "../../../src/core/vector-index/manifest.ts";
import { purgeErased } from "../../../src/core/vector-index/purge-erased.ts";
import {
  SyncedVectorIndex,
  type SyncedVectorIndexOptions,
} from "../../../src/core/vector-index/synced-vector-index.ts";
import { eventually as untilPasses } from "../../support/eventually.ts";
import { FakeVectorSource } from "../../support/fake-vector-source.ts";
import { randomEmbedding, seededRandom } from "../../support/random-embeddings.ts";
import { expectSameNeighbors, nearest } from "../../support/vector-index-contract.ts";

const DIMENSIONS = 24;
const COUNT = 5000;
const SPACE = "fake:1";
const library = await loadHnswLibrary();
if (!library) console.log("hnswlib-node is not installed: its index file is not tested");

const random = seededRandom(23);
const draw = () => randomEmbedding(random, DIMENSIONS);
const query = draw();

let directory: string;
let catalog: FakeVectorSource;
const opened: SyncedVectorIndex[] = [];

function openIndex(options: Partial<SyncedVectorIndexOptions> = {}, space = SPACE): SyncedVectorIndex {
  const index = new SyncedVectorIndex({
    catalog,
    space,
    dimensions: DIMENSIONS,
    directory,
    options: { hnswFrom: 1000, buildAfterMs: 0, ...options },
  });
  opened.push(index);
  return index;
}

async function expectAsCatalog(index: SyncedVectorIndex): Promise<void> {
  const found = await index.nearest({ vector: query, scope: ENTIRE_LIBRARY, limit: 10 });
  expectSameNeighbors(found, nearest(catalog.embeddingsByKey, query, 10));
}

const eventually = (holds: () => boolean | Promise<boolean>): Promise<void> =>
  untilPasses(async () => expect(await holds()).toBe(true));

/** Uses the file that is there: while another process holds the lease it cannot build. */
async function openFromFile(space = SPACE): Promise<SyncedVectorIndex> {
  const lease = await catalog.leases.acquire(`vector-index:${space}`);
  const index = openIndex({}, space);
  await index.ready();
  await lease?.release();
  return index;
}

function graphStore(): GraphStore {
  if (!library) throw new Error("hnswlib-node is not installed");
  return new GraphStore({ catalog, library, space: SPACE, dimensions: DIMENSIONS, directory });
}

/** As on Windows, where a file that was opened for reading cannot be synced. */
function failSyncOfReaders(): void {
  const { open } = files;
  onTestFinished(() => {
    files.open = open;
    syncBuiltinESMExports();
  });
  files.open = async (path, flags, mode) => {
    const handle = await open(path, flags, mode);
    if (flags === "r") handle.sync = () => Promise.reject(new Error("EPERM: operation not permitted, fsync"));
    return handle;
  };
  syncBuiltinESMExports();
}

/** A flipped bit, a missing end, extra bytes, no bytes, or those of another file; everything but the final line break. */
function damaged(bytes: Buffer, other: Buffer): Buffer {
  const at = Math.floor(random() * (bytes.length - 1));
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  const longer = Buffer.concat([bytes.subarray(0, at), Buffer.from([0]), bytes.subarray(at)]);
  const kinds = [flipped, flipped, bytes.subarray(0, at), longer, Buffer.alloc(0), other];
  return kinds[Math.floor(random() * kinds.length)] ?? other;
}

async function indexFolder(): Promise<string> {
  const [folder = ""] = await readdir(directory);
  return join(directory, folder);
}

async function indexFiles(): Promise<string[]> {
  const folder = await indexFolder();
  return (await readdir(folder)).map((name) => join(folder, name)).sort();
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** The bytes of a vector in the graph. */
function vectorBytes(stored: StoredGraph | undefined, key: number): Buffer {
  if (!stored?.graph.keys().includes(key)) throw new Error(`no ${key} in the graph`);
  return Buffer.from(
    Float32Array.from(stored.graph.projection.project(catalog.embeddingsByKey.get(key) ?? query)).buffer,
  );
}

async function isOnDisk(needle: Buffer | undefined): Promise<boolean> {
  const contents = await Promise.all((await indexFiles()).map((path) => readFile(path)));
  // Without the last numbers: the library may round them in another way.
  return contents.some((bytes) => bytes.includes(needle?.subarray(0, 32) ?? ""));
}

describe.skipIf(!library)("the index file of a large library", () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "glimpse-index-"));
    catalog = new FakeVectorSource(1000);
    for (let key = 1; key <= COUNT; key++) catalog.put(key, draw());
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((index) => index.close()));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test("is built in the background while queries are answered", async () => {
    const index = openIndex();
    await index.refresh();
    expect((await index.status()).kind).toBe("exact");
    await expectAsCatalog(index);
    await eventually(async () => (await index.status()).kind === "hnsw");
    await expectAsCatalog(index);
    expect((await indexFiles()).map((path) => path.split(".").at(-1))).toEqual(["axes", "hnsw", "json"]);
  });

  test("is used by the next process, and what changed since is found", async () => {
    catalog.put(COUNT + 1, query);
    catalog.remove(17);
    const index = await openFromFile();
    expect((await index.status()).kind).toBe("hnsw");
    await expectAsCatalog(index);
    expect((await index.status()).size).toBe(COUNT);
  });

  test("is rebuilt when too much has changed, and other processes then use the new one", async () => {
    const other = await openFromFile();
    const before = await indexFiles();
    for (let key = 1; key <= 400; key++) catalog.remove(key);
    const index = openIndex();
    await index.ready();
    const after = await indexFiles();
    expect(after).toHaveLength(3);
    expect(after.filter((path) => before.includes(path)).map((path) => path.split("/").at(-1))).toEqual([
      "manifest.json",
    ]);
    for (const each of [index, other, await openFromFile()]) await expectAsCatalog(each);
  });

  test("is built by one process at a time", async () => {
    await rm(directory, { recursive: true, force: true });
    const [one, two] = [openIndex(), openIndex()];
    await Promise.all([one.ready(), two.ready()]);
    expect(await indexFiles()).toHaveLength(3);
    const kinds = (await Promise.all([one.status(), two.status()])).map(({ kind }) => kind);
    expect(kinds).toContain("hnsw");
    for (const index of [one, two]) await expectAsCatalog(index);
  });

  test("is not read for another space", async () => {
    expect((await (await openFromFile("fake:2")).status()).kind).toBe("exact");
  });

  test("of another library with the same keys is rejected", async () => {
    const embeddings = new Map([...catalog.embeddingsByKey.keys()].map((key) => [key, draw()] as const));
    const own = catalog;
    catalog = new FakeVectorSource(1000);
    for (const [key, embedding] of embeddings) catalog.put(key, embedding);
    for (let i = 0; i < 2000; i++) catalog.put(1, draw());
    const index = await openFromFile();
    expect((await index.status()).kind).toBe("exact");
    await expectAsCatalog(index);
    catalog = own;
  });

  test("has removed images erased in place, and stays in use", async () => {
    const index = openIndex();
    await index.ready();
    expect((await index.status()).kind).toBe("hnsw");
    const [folder, before] = [await indexFolder(), await graphStore().read()];
    const removed = [2000, 2001, 4998, 4999];
    const needles = new Map(removed.map((key) => [key, vectorBytes(before, key)]));
    const kept = vectorBytes(before, 3000);
    for (const key of removed) catalog.remove(key);
    for (const key of removed) expect(await isOnDisk(needles.get(key)), `${key} before`).toBe(true);
    const files = await indexFiles();
    const reads = catalog.calls.read;
    await purgeErased(catalog, directory);
    for (const key of removed) expect(await isOnDisk(needles.get(key)), `${key} after`).toBe(false);
    expect(await isOnDisk(kept)).toBe(true);
    expect(await indexFiles(), folder).toEqual(files);
    expect(catalog.calls.read - reads, "vectors read").toBe(0);
    for (const each of [index, await openFromFile()]) {
      expect((await each.status()).kind).toBe("hnsw");
      await expectAsCatalog(each);
    }
  });

  test("of version 0.1.0, whose manifest numbers the changes, stays in use", async () => {
    await openIndex().ready();
    const folder = await indexFolder();
    const manifest = await readManifest(folder);
    if (!manifest) throw new Error("no manifest");
    const { seq, erasedSeq } = manifest;
    expect([seq, erasedSeq]).toEqual([String(Number(seq)), String(Number(erasedSeq))]);
    const released = { ...manifest, seq: Number(seq), erasedSeq: Number(erasedSeq) };
    await writeManifest(folder, released as unknown as Manifest);
    const index = await openFromFile();
    expect((await index.status()).kind).toBe("hnsw");
    catalog.remove(2300);
    await purgeErased(catalog, directory);
    expect((await readManifest(folder))?.erasedSeq).not.toBe(erasedSeq);
    await expectAsCatalog(index);
  });

  test("is not changed when nothing was removed", async () => {
    await openIndex().ready();
    const read = async () =>
      Promise.all((await indexFiles()).map(async (path) => sha256(await readFile(path))));
    await purgeErased(catalog, directory);
    const before = await read();
    catalog.put(COUNT + 2, draw());
    await purgeErased(catalog, directory);
    expect(await read()).toEqual(before);
  });

  test("has images erased that were removed before the change sequence begins", async () => {
    await openIndex().ready();
    const before = await graphStore().read();
    const needles = [2100, 2101, 2102].map((key) => vectorBytes(before, key));
    for (const key of [2100, 2101, 2102]) catalog.remove(key);
    catalog.trim();
    await purgeErased(catalog, directory);
    for (const needle of needles) expect(await isOnDisk(needle)).toBe(false);
    await expectAsCatalog(await openFromFile());
  });

  test("is deleted as a whole when it is damaged and something was removed", async () => {
    await openIndex().ready();
    const [graph = ""] = (await indexFiles()).filter((path) => path.endsWith(".hnsw"));
    const bytes = await readFile(graph);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(graph, bytes);
    for (let key = 2200; key < 2400; key++) catalog.remove(key);
    await purgeErased(catalog, directory);
    expect(await readdir(directory)).toEqual([]);
  });

  test("of a dropped space is deleted, and so are files of interrupted builds", async () => {
    await openIndex().ready();
    const stray = join(await indexFolder(), "1-2-3.hnsw");
    await writeFile(stray, "vectors");
    await mkdir(join(directory, "unfinished"));
    await writeFile(join(directory, "unfinished", "1-2-3.hnsw"), "vectors");
    await purgeErased(catalog, directory);
    expect(await indexFiles()).toHaveLength(3);
    expect(await readdir(directory)).toHaveLength(1);
    const empty = new FakeVectorSource();
    empty.put(1, draw());
    empty.remove(1);
    empty.trim();
    await purgeErased(empty, directory);
    expect(await readdir(directory)).toEqual([]);
  });

  test("has nothing of what was removed while it was built", async () => {
    const embedding = catalog.embeddingsByKey.get(2500) ?? query;
    const { acquire } = catalog.leases;
    catalog.leases.acquire = (name) => {
      // The graph is whole by now, and about to be written.
      if (name.startsWith("vector-index-files:")) catalog.remove(2500);
      return acquire(name);
    };
    await openIndex().ready();
    catalog.leases.acquire = acquire;
    const stored = await graphStore().read();
    expect(stored?.graph.keys()).toContain(2500);
    expect(stored?.graph.holds(2500, embedding)).toBe(false);
    const projected = Float32Array.from(stored?.graph.projection.project(embedding) ?? []);
    expect(await isOnDisk(Buffer.from(projected.buffer))).toBe(false);
  });

  test("is not opened with any damage", async () => {
    await openIndex().ready();
    const files = await indexFiles();
    const sound = new Map(
      await Promise.all(files.map(async (path) => [path, await readFile(path)] as const)),
    );
    for (let round = 0; round < 400; round++) {
      const path = files[round % files.length] ?? "";
      const bytes = sound.get(path) ?? Buffer.alloc(0);
      const other = sound.get(files[(round + 1) % files.length] ?? "") ?? Buffer.alloc(0);
      await writeFile(path, damaged(bytes, other));
      expect(await graphStore().read(), `round ${round}, ${path}`).toBeUndefined();
      await writeFile(path, bytes);
    }
    expect(await graphStore().read()).toBeDefined();
  });

  test.each([
    { file: 0, damage: (path: string) => rm(path) },
    { file: 1, damage: (path: string) => writeFile(path, "nonsense") },
    { file: 2, damage: (path: string) => rm(path) },
  ])("is rebuilt when file $file of it is damaged or missing", async ({ file, damage }) => {
    await damage((await indexFiles())[file] ?? "");
    const before = await openFromFile();
    expect((await before.status()).kind).toBe("exact");
    await expectAsCatalog(before);
    const after = openIndex();
    await after.ready();
    expect((await after.status()).kind).toBe("hnsw");
    await expectAsCatalog(after);
  });

  test("that cannot be written leaves every vector compared, with a note", async () => {
    const file = join(directory, "not-a-folder");
    await writeFile(file, "");
    const index = new SyncedVectorIndex({
      catalog,
      space: SPACE,
      dimensions: DIMENSIONS,
      directory: file,
      options: { hnswFrom: 1000, buildAfterMs: 0 },
    });
    await index.refresh();
    await eventually(async () => (await index.status()).note !== undefined);
    expect((await index.status()).note).toContain("could not be made");
    await expectAsCatalog(index);
    await index.close();
    await rm(file);
  });

  test("is stored where only a writable handle can be synced", async () => {
    await rm(directory, { recursive: true, force: true });
    failSyncOfReaders();
    const index = openIndex();
    await index.ready();
    expect((await index.status()).kind).toBe("hnsw");
  });

  test("that cannot be moved into place leaves no other file behind and throws at no caller", async () => {
    await openIndex().ready();
    const folder = await indexFolder();
    await rm(folder, { recursive: true });
    await mkdir(join(folder, "manifest.json", "in the way"), { recursive: true });
    const index = openIndex();
    await index.ready();
    expect((await index.status()).note).toContain("could not be made");
    expect(await readdir(folder)).toEqual(["manifest.json"]);
    await expectAsCatalog(index);
    await rm(folder, { recursive: true });
  });

  test("is no longer waited for once the caller aborts", async () => {
    await rm(directory, { recursive: true, force: true });
    const caller = new AbortController();
    const sampleQueries = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        caller.abort();
      });
    const index = openIndex({ sampleQueries });
    await index.ready(caller.signal);
    expect((await index.status()).kind).toBe("exact");
    await index.ready(caller.signal);
  });

  test("is examined: sound, with what changed since, of another catalog, damaged or absent", async () => {
    await openIndex().ready();
    expect(await graphStore().diagnose()).toEqual({ state: "sound", changes: 0 });
    for (const key of [COUNT + 1, COUNT + 2, COUNT + 3]) catalog.put(key, draw());
    expect(await graphStore().diagnose()).toEqual({ state: "sound", changes: 3 });
    const own = catalog;
    catalog = new FakeVectorSource();
    expect(await graphStore().diagnose()).toEqual({ state: "foreign" });
    catalog = own;
    await writeFile((await indexFiles())[1] ?? "", "nonsense");
    expect(await graphStore().diagnose()).toEqual({ state: "damaged" });
    await rm(directory, { recursive: true });
    expect(await graphStore().diagnose()).toEqual({ state: "absent" });
  });

  test("is abandoned when the index is closed, and nothing of it is used", async () => {
    await rm(directory, { recursive: true, force: true });
    let begun = false;
    const sampleQueries = async () => {
      begun = true;
      return [];
    };
    const index = openIndex({ sampleQueries });
    await index.refresh();
    await eventually(() => begun);
    await index.close();
    const next = await openFromFile();
    expect((await next.status()).kind).toBe("exact");
  });
});

test("without hnswlib-node every vector of a large library is compared, with a note", async () => {
  catalog = new FakeVectorSource(1000);
  for (let key = 1; key <= 1200; key++) catalog.put(key, draw());
  directory = "/nowhere";
  const index = openIndex({ loadLibrary: async () => undefined });
  await index.ready();
  expect((await index.status()).kind).toBe("exact");
  expect((await index.status()).note).toBe("hnswlib-node is not installed: every vector is compared.");
  await expectAsCatalog(index);
  await index.close();
});
