/**
 * usearch's HNSW on the vectors that bench/scale.ts wrote, one thread. Usage: peer-usearch.mjs FOLDER SIZE
 * FOLDER holds vectors.f32 and, for pictures and words, queries-*.f32: unit vectors of 512 float32. Prints JSON.
 */
import { openSync, readFileSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import usearch from "usearch";

const DIMENSIONS = 512;
const LIMIT = 10;
const EXPANSIONS = [64, 256, 1024];
const [folder = "", count = ""] = process.argv.slice(2);
const size = Number(count);
const settings = {
  metric: "ip",
  dimensions: DIMENSIONS,
  connectivity: 16,
  quantization: "f32",
  expansion_add: 150,
};

const vectors = new Float32Array(size * DIMENSIONS);
readWhole(join(folder, "vectors.f32"), vectors);
const before = process.memoryUsage.rss();
const index = new usearch.Index(settings);
const start = performance.now();
for (let key = 0; key < size; key++) index.add(BigInt(key), rowOf(vectors, key));
const out = {
  build_s: (performance.now() - start) / 1000,
  memory_mib: (process.memoryUsage.rss() - before) / 2 ** 20,
  by: {},
};
const saved = join(folder, "usearch.index");
index.save(saved);
for (const kind of ["pictures", "words"]) {
  const queries = rows(`queries-${kind}.f32`);
  const truth = usearch.exactSearch(vectors, queries, DIMENSIONS, LIMIT, "ip");
  out.by[kind] = {};
  for (const expansion of EXPANSIONS) {
    const opened = new usearch.Index({ ...settings, expansion_search: expansion });
    opened.view(saved);
    out.by[kind][`usearch, expansion ${expansion}`] = measured(opened, queries, truth);
  }
}
rmSync(saved);
console.log(JSON.stringify(out));

function measured(opened, queries, truth) {
  const took = [];
  let right = 0;
  const total = queries.length / DIMENSIONS;
  for (let pass = 0; pass < 2; pass++) {
    took.length = 0;
    right = 0;
    for (let n = 0; n < total; n++) {
      const begin = performance.now();
      const { keys } = opened.search(rowOf(queries, n), LIMIT, 1);
      took.push(performance.now() - begin);
      const best = new Set(truth.get(n).keys);
      right += keys.filter((key) => best.has(key)).length;
    }
  }
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.floor(share * (took.length - 1))];
  return { p50: at(0.5), p99: at(0.99), recall: right / (LIMIT * total) };
}

function rows(name) {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function rowOf(floats, row) {
  return floats.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS);
}

/** Beyond the 2 GiB that one read of a file may take. */
function readWhole(path, floats) {
  const file = openSync(path, "r");
  const bytes = new Uint8Array(floats.buffer);
  for (let at = 0; at < bytes.length; )
    at += readSync(file, bytes, at, Math.min(1 << 28, bytes.length - at), at);
}
