/**
 * Searching 10,000 and 100,000 vectors distributed like real ones: `npm run bench search`. Other sizes:
 * `npm run bench search -- 1000000`. Each size runs in its own process, so that memory is measured in isolation.
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ImageKey, StoredEmbedding } from "../src/core/ports.ts";
import { ENTIRE_LIBRARY } from "../src/core/scopes.ts";
import type { Embedding, Scope } from "../src/core/types.ts";
import {
  SyncedVectorIndex,
  type SyncedVectorIndexOptions,
  type VectorSource,
} from "../src/core/vector-index/synced-vector-index.ts";
import { seededRandom } from "../test/support/random-embeddings.ts";
import { DIMENSIONS, realGeometry } from "./real-geometry.ts";

const QUERIES = 200;
const LIMIT = 10;
const ROW_BYTES = DIMENSIONS * 4;
const BATCH = 1024;
const VECTORS = "vectors.f32";
const SCOPES = [
  { name: "everything", share: 1 },
  { name: "10 %", share: 0.1 },
  { name: "1 %", share: 0.01 },
  { name: "0.1 %", share: 0.001 },
];

/** The keys of each measured scope. */
const scopes = new WeakMap<Scope, ReadonlySet<ImageKey>>();

const self = fileURLToPath(import.meta.url);
const [first, ...more] = process.argv.slice(2);
if (first === "one") await measure(Number(more[0]));
else if (first === "memory") await reportMemory(Number(more[0]), String(more[1]), String(more[2]));
else for (const size of first ? [first, ...more] : ["10000", "100000"]) runAlone(size);

function runAlone(size: string): void {
  spawnSync(process.execPath, ["--import", "tsx", self, "one", size], { stdio: "inherit" });
}

async function measure(size: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "glimpse-bench-"));
  const geometry = realGeometry(5);
  writeVectors(folder, size, geometry.draw);
  const source = vectorsIn(folder, size);
  const queries = {
    pictures: Array.from({ length: QUERIES }, geometry.draw),
    words: Array.from({ length: QUERIES }, geometry.drawWords),
  };
  const sampleQueries = Array.from({ length: 64 }, geometry.drawWords);
  const open = (hnswFrom: number, buildAfterMs: number) =>
    indexOver(source, folder, { hnswFrom, buildAfterMs, sampleQueries: async () => sampleQueries });

  console.log(
    `\n### ${size.toLocaleString("en")} vectors of ${DIMENSIONS} numbers, drawn after ${geometry.source}\n`,
  );
  const exact = open(Number.POSITIVE_INFINITY, 0);
  const openedExact = await time(() => exact.refresh());
  const builder = open(1, 0);
  const built = await time(() => builder.ready());
  await builder.close();
  const graph = open(1, 1e9);
  const openedGraph = await time(() => openGraph(graph));

  const rows = new Map<string, string[]>();
  const measureAll = async () => {
    for (const [kind, embeddings] of Object.entries(queries)) {
      for (const scope of SCOPES) {
        const within: Scope = { ...ENTIRE_LIBRARY };
        if (scope.share < 1) scopes.set(within, someOf(source.vectors.keys(), scope.share));
        const truth = await runQueries(exact, embeddings, within);
        for (const [name, index] of Object.entries({ exact, graph })) {
          const { took, keys } = name === "exact" ? truth : await runQueries(index, embeddings, within);
          const cell = `${percentile(took, 0.5)} / ${percentile(took, 0.99)} | ${recall(keys, truth.keys)}`;
          const row = `${name} | ${kind} | ${scope.name}`;
          rows.set(row, [...(rows.get(row) ?? []), cell]);
        }
      }
    }
  };
  await measureAll();
  const memory = [memoryOf(folder, size, "exact"), memoryOf(folder, size, "graph")];
  source.remove(0.3);
  await measureAll();

  console.log(
    "| index | queries | scope | p50 / p99 ms | recall@10 | after 30 % left: p50 / p99 ms | recall@10 |",
  );
  console.log("|---|---|---|---|---|---|---|");
  for (const [row, cells] of rows) console.log(`| ${row} | ${cells.join(" | ")} |`);
  console.log(`\n| | exact | graph |\n|---|---|---|`);
  console.log(`| build, in a process of its own | - | ${(built / 1000).toFixed(1)} s |`);
  console.log(
    `| open, from a file of vectors | ${openedExact.toFixed(0)} ms | ${openedGraph.toFixed(0)} ms |`,
  );
  console.log(`| index files | - | ${mib(folderBytes(join(folder, "index")))} |`);
  console.log(`| memory beyond the program (vectors: ${mib(size * ROW_BYTES)}) | ${memory.join(" | ")} |`);
  await Promise.all([exact.close(), graph.close()]);
  rmSync(folder, { recursive: true });
}

function indexOver(
  catalog: VectorSource,
  folder: string,
  options: Partial<SyncedVectorIndexOptions>,
): SyncedVectorIndex {
  const directory = join(folder, "index");
  return new SyncedVectorIndex({
    catalog,
    space: "bench",
    dimensions: DIMENSIONS,
    directory,
    options,
  });
}

async function openGraph(graph: SyncedVectorIndex): Promise<void> {
  await graph.refresh();
  while ((await graph.status()).kind === "exact") await delay(1);
}

/** Additional memory of a process that has this library open, measured in a separate process. */
function memoryOf(folder: string, size: number, kind: "exact" | "graph"): string {
  const args = ["--expose-gc", "--import", "tsx", self, "memory", String(size), folder, kind];
  return spawnSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).stdout;
}

async function reportMemory(size: number, folder: string, kind: string): Promise<void> {
  const source = vectorsIn(folder, size);
  const before = await residentMemory();
  const index = indexOver(source, folder, { hnswFrom: kind === "graph" ? 1 : size + 1, buildAfterMs: 1e9 });
  await (kind === "graph" ? openGraph(index) : index.refresh());
  process.stdout.write(mib((await residentMemory()) - before));
  await index.close();
}

/** After collecting twice: finalizers release the memory outside the heap. */
async function residentMemory(): Promise<number> {
  for (let pass = 0; pass < 2; pass++) {
    globalThis.gc?.();
    await delay(100);
  }
  return process.memoryUsage.rss();
}

async function runQueries(index: SyncedVectorIndex, embeddings: readonly Embedding[], scope: Scope) {
  const took: number[] = [];
  const keys: ImageKey[][] = [];
  for (const query of embeddings.slice(0, 10)) await index.nearest({ vector: query, scope, limit: LIMIT });
  for (const query of embeddings) {
    const start = performance.now();
    const found = await index.nearest({ vector: query, scope, limit: LIMIT });
    took.push(performance.now() - start);
    keys.push(found.map(({ key }) => key));
  }
  return { took: took.sort((a, b) => a - b), keys };
}

function recall(found: readonly ImageKey[][], truth: readonly ImageKey[][]): string {
  let [right, all] = [0, 0];
  for (const [i, expected] of truth.entries()) {
    right += expected.filter((key) => found[i]?.includes(key)).length;
    all += expected.length;
  }
  return (right / all).toFixed(4);
}

function someOf(keys: Iterable<ImageKey>, share: number): Set<ImageKey> {
  const random = seededRandom(Math.round(share * 1e6));
  return new Set([...keys].filter(() => random() < share));
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(folder, name)).size)
    .reduce((sum, bytes) => sum + bytes, 0);
}

function writeVectors(folder: string, size: number, draw: () => Embedding): void {
  const file = openSync(join(folder, VECTORS), "w");
  for (let start = 0; start < size; start += BATCH) {
    const batch = new Float32Array(Math.min(BATCH, size - start) * DIMENSIONS);
    for (let at = 0; at < batch.length; at += DIMENSIONS) batch.set(draw(), at);
    writeSync(file, batch);
  }
  closeSync(file);
}

/** Stands in for a catalog: the vectors are in a file, so that only the index holds them in memory. */
function vectorsIn(folder: string, size: number) {
  const file = openSync(join(folder, VECTORS), "r");
  const held = new Set(Array.from({ length: size }, (_, i) => i + 1));
  const removed: ImageKey[] = [];
  const leased = new Set<string>();
  async function* read(keys?: readonly ImageKey[]): AsyncGenerator<StoredEmbedding[]> {
    if (keys) return;
    for (let start = 0; start < size; start += BATCH) {
      const batch = new Float32Array(Math.min(BATCH, size - start) * DIMENSIONS);
      readSync(file, batch, 0, batch.byteLength, start * ROW_BYTES);
      yield Array.from({ length: batch.length / DIMENSIONS }, (_, i) => ({
        key: start + i + 1,
        embedding: batch.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS),
      })).filter(({ key }) => held.has(key));
    }
  }
  const source: VectorSource & { vectors: Set<ImageKey>; remove: (share: number) => void } = {
    vectors: held,
    remove: (share) => {
      for (const key of someOf(held, share)) {
        held.delete(key);
        removed.push(key);
      }
    },
    embeddings: {
      read: (_, keys) => read(keys),
      async *readParts() {},
      count: async () => held.size,
      keys: async () => [...held].sort((a, b) => a - b),
      changeToken: async () => String(removed.length),
      changesSince: async (_, token, limit) => {
        const [start, end] = [Number(token), Math.min(removed.length, Number(token) + limit)];
        const changes = removed.slice(start, end).map((key) => ({ key, removed: true }));
        return { changes, token: String(end), more: end < removed.length };
      },
    },
    keysInScope: async (scope) => scopes.get(scope),
    leases: {
      acquire: async (name) => {
        if (leased.has(name)) return undefined;
        leased.add(name);
        return { renew: async () => true, release: async () => void leased.delete(name) };
      },
    },
  };
  process.once("exit", () => closeSync(file));
  return source;
}
