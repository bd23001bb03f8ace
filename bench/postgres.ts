/**
 * A library on a PostgreSQL server beside one in a folder, with the same pictures in 300 channels of one Discord server:
 * `GLIMPSE_TEST_POSTGRES=$(scripts/start-postgres.sh) npm run bench -- postgres`. Another size: `npm run bench -- postgres 1000000`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCatalog } from "../src/core/catalog/open-catalog.ts";
import type { Catalog, NewImage, VectorSearch } from "../src/core/ports.ts";
import { Connection } from "../src/core/postgres/connection.ts";
import { pooledServer } from "../src/core/postgres/pooled-server.ts";
import { readAddress } from "../src/core/postgres/server-address.ts";
import { openServerLibrary } from "../src/core/postgres/server-library.ts";
import { ENTIRE_LIBRARY } from "../src/core/scopes.ts";
import type { Embedding, Scope } from "../src/core/types.ts";
import { SyncedVectorIndex } from "../src/core/vector-index/synced-vector-index.ts";
import { idOf, newImage, post } from "../test/support/new-image.ts";
import { testDatabases } from "../test/support/postgres.ts";
import { DIMENSIONS, realGeometry } from "./real-geometry.ts";

const CHANNELS = 300;
const QUERIES = 50;
const LIMIT = 10;
const SPACE = "bench@00000000";
/** As the program commits pictures; more at once where the library is only filled. */
const COMMIT = 32;
const FILL = 500;
/** Pictures by which the writers' rates are measured. */
const TIMED = 3200;

const size = Number(process.argv[2] ?? 100_000);
if (!process.env.GLIMPSE_TEST_POSTGRES) {
  console.log(
    "Set GLIMPSE_TEST_POSTGRES to the address of a server: export GLIMPSE_TEST_POSTGRES=$(scripts/start-postgres.sh)",
  );
  process.exit(1);
}

const geometry = realGeometry(5);
const vectors = new Float32Array(size * DIMENSIONS);
for (let at = 0; at < size; at++) vectors.set(geometry.draw(), at * DIMENSIONS);
const vectorOf = (at: number): Embedding => vectors.subarray(at * DIMENSIONS, (at + 1) * DIMENSIONS);
const questions = {
  pictures: Array.from({ length: QUERIES }, geometry.draw),
  words: Array.from({ length: QUERIES }, geometry.drawWords),
};
/** Scattered, so that neighbours lie in every channel. */
const channelOf = (at: number) => (at * 7919) % CHANNELS;
const imageOf = (at: number): NewImage => ({
  ...newImage(`${at}`, post(`${at}`, { channelId: `c${channelOf(at)}`, postedAt: 1.6e12 + at * 1000 })),
  space: SPACE,
  embedding: vectorOf(at),
});
const scopes: readonly { name: string; channels: number; scope: Scope }[] = [
  { name: "everything", channels: CHANNELS, scope: ENTIRE_LIBRARY },
  ...[0.3, 0.1, 0.01].map((share) => ({
    name: `${share * 100} %`,
    channels: Math.round(share * CHANNELS),
    scope: within(Math.round(share * CHANNELS)),
  })),
];

function within(channels: number): Scope {
  const channelIds = Array.from({ length: channels }, (_, at) => `c${at}`);
  return { files: "none", discord: { guildId: "g1", channelIds, ageRestricted: true } };
}

console.log(
  `\n### ${size.toLocaleString("en")} pictures, vectors of ${DIMENSIONS} numbers drawn after ${geometry.source}\n`,
);
const databases = await testDatabases();
const address = await databases.create();
const folder = mkdtempSync(join(tmpdir(), "glimpse-bench-"));
const server = await openServerLibrary(address);
const catalog = await openCatalog({ path: join(folder, "catalog.db") });
try {
  await write();
  const onServer = server.vectors({ space: SPACE, dimensions: DIMENSIONS });
  const embedded = new SyncedVectorIndex({
    catalog,
    space: SPACE,
    dimensions: DIMENSIONS,
    directory: join(folder, "index"),
  });
  const admin = new Connection(await pooledServer(readAddress(address), 1));
  for (const table of ["near_posts", "vectors", "posts", "images"])
    await admin.alone(`VACUUM (ANALYZE) ${table}`);
  await admin.close();
  console.log(
    `| graph built | ${await seconds(() => onServer.ready())} | ${await seconds(() => embedded.ready())} |\n`,
  );
  await ask({ "on a server": onServer, "in a folder": embedded });
  console.log(`\n| newest 50 | on a server | in a folder |\n|---|---|---|`);
  for (const { name, scope } of scopes) {
    const newest = async (of: Catalog) =>
      middle(await timesOf(10, () => of.images.byDate(scope, "newest", 50)));
    console.log(`| ${name} | ${await newest(server.catalog)} ms | ${await newest(catalog)} ms |`);
  }
  console.log(`\nDatabase: ${Math.round((await server.size()) / 2 ** 20).toLocaleString("en")} MiB.`);
  await embedded.close();
} finally {
  await server.catalog.close();
  await catalog.close();
  await databases.close();
  rmSync(folder, { recursive: true });
}

async function write(): Promise<void> {
  console.log("| writing | on a server | in a folder |\n|---|---|---|");
  const put = async (to: Catalog, from: number, until: number, batch: number) => {
    for (let at = from; at < until; at += batch)
      await to.images.put(Array.from({ length: Math.min(batch, until - at) }, (_, i) => imageOf(at + i)));
  };
  const rate = (ms: number) => `${Math.round(TIMED / (ms / 1000))} pictures/s`;
  const one = await timed(() => put(server.catalog, 0, TIMED, COMMIT));
  const embeddedOne = await timed(() => put(catalog, 0, TIMED, COMMIT));
  console.log(`| one writer, ${COMMIT} at once | ${rate(one)} | ${rate(embeddedOne)} |`);
  const four = (to: Catalog) =>
    timed(() =>
      Promise.all(
        [0, 1, 2, 3].map((w) => put(to, TIMED + (w * TIMED) / 4, TIMED + ((w + 1) * TIMED) / 4, COMMIT)),
      ),
    );
  console.log(`| four writers | ${rate(await four(server.catalog))} | ${rate(await four(catalog))} |`);
  await Promise.all([server.catalog, catalog].map((to) => put(to, 2 * TIMED, size, FILL)));
}

async function ask(searches: Record<string, VectorSearch>): Promise<void> {
  const names = Object.keys(searches);
  console.log(
    `| asked by | scope | ${names.map((name) => `${name}: p50 / p99 ms | recall@10`).join(" | ")} |`,
  );
  console.log(`|---|---|${names.map(() => "---|---").join("|")}|`);
  for (const [kind, embeddings] of Object.entries(questions))
    for (const { name, channels, scope } of scopes) {
      const truth = embeddings.map((vector) => nearestOf(vector, channels));
      const cells: string[] = [];
      for (const search of Object.values(searches)) {
        await search.nearest({ vector: embeddings[0] as Embedding, scope, limit: LIMIT });
        const found: string[][] = [];
        const of = search === searches["on a server"] ? server.catalog : catalog;
        const took = await timesOf(QUERIES, async (at) => {
          const matches = await search.nearest({ vector: embeddings[at] as Embedding, scope, limit: LIMIT });
          found.push((await of.images.idsByKey(matches.map(({ key }) => key))) as string[]);
        });
        cells.push(`${middle(took)} / ${percentile(took, 0.99)} | ${recall(found, truth)}`);
      }
      console.log(`| ${kind} | ${name} | ${cells.join(" | ")} |`);
    }
}

/** Ids of the nearest by comparing all of the first channels. */
function nearestOf(vector: Embedding, channels: number): string[] {
  const best: { at: number; score: number }[] = [];
  for (let at = 0; at < size; at++) {
    if (channelOf(at) >= channels) continue;
    let score = 0;
    const start = at * DIMENSIONS;
    for (let i = 0; i < DIMENSIONS; i++) score += (vectors[start + i] as number) * (vector[i] as number);
    if (best.length === LIMIT && score <= (best[LIMIT - 1]?.score ?? 0)) continue;
    best.push({ at, score });
    best.sort((a, b) => b.score - a.score);
    best.length = Math.min(best.length, LIMIT);
  }
  return best.map(({ at }) => idOf(`${at}`));
}

function recall(found: readonly string[][], truth: readonly string[][]): string {
  const right = truth.flatMap((ids, at) => ids.filter((id) => found[at]?.includes(id)));
  return (right.length / truth.flat().length).toFixed(4);
}

async function timesOf(rounds: number, work: (at: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let at = 0; at < rounds; at++) took.push(await timed(() => work(at)));
  return took.sort((a, b) => a - b);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
}

function middle(sorted: readonly number[]): string {
  return percentile(sorted, 0.5);
}

async function seconds(work: () => Promise<unknown>): Promise<string> {
  return `${((await timed(work)) / 1000).toFixed(1)} s`;
}
