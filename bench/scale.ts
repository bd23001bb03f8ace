/**
 * How search scales with the library: runs bench/search.ts for each size, and usearch, exact numpy and faiss HNSW
 * where a Python has them, and draws docs/figures/. Usage: npm run bench -- scale [sizes…], such as
 * 10000 100000 1000000; --peers 100000 compares up to that size only. PYTHON names the interpreter; without numpy and
 * faiss their rows are left out.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Embedding } from "../src/core/types.ts";
import { installPeers } from "./install-peers.ts";
import { type Line, logPlot } from "./plot.ts";
import { DIMENSIONS, realGeometry } from "./real-geometry.ts";
import { inTemporaryFolder, table } from "./report.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { peers: { type: "string", default: "Infinity" } },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [1000, 10_000, 100_000];
const peersUpTo = Number(values.peers);
const QUERIES = 200;
const figures = fileURLToPath(new URL("../docs/figures/", import.meta.url));
const python = process.env.PYTHON ?? "python3";

const timesSchema = z.object({ p50: z.number(), p99: z.number(), recall: z.number().optional() });
const peerSchema = z.object({
  build_s: z.number(),
  memory_mib: z.number(),
  by: z.record(z.string(), z.record(z.string(), timesSchema)),
});
type PeerResult = z.infer<typeof peerSchema>;

interface ScaleResult {
  readonly size: number;
  /** Cells of the lines of the tables that bench/search.ts prints, without the bars. */
  readonly rows: readonly (readonly string[])[];
  /** Keyed by library name. */
  readonly peers: ReadonlyMap<string, PeerResult>;
}

function measureGlimpse(size: number): ScaleResult["rows"] {
  const script = fileURLToPath(new URL("search.ts", import.meta.url));
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", script, "one", String(size)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.stdout.write(stdout);
  const lines = stdout.split("\n").filter((line) => line.startsWith("| "));
  return lines.map((line) => line.slice(2, -2).split(" | "));
}

function measurePeers(folder: string, size: number): ScaleResult["peers"] {
  const commands = {
    faiss: [python, "peer-faiss.py"],
    usearch: [process.execPath, "peer-usearch.mjs"],
  } as const;
  const found = new Map<string, PeerResult>();
  for (const [name, [program, script]] of Object.entries(commands)) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const { status, stdout } = spawnSync(program, [path, folder, String(size)], { encoding: "utf8" });
    if (status === 0) found.set(name, peerSchema.parse(JSON.parse(stdout)));
    else console.log(`\n(${name} is not installed)`);
  }
  return found;
}

/** As bench/search.ts generates them: the same seed gives the same vectors. */
function writeVectors(folder: string, size: number): void {
  const geometry = realGeometry(5);
  write(join(folder, "vectors.f32"), size, geometry.draw);
  write(join(folder, "queries-pictures.f32"), QUERIES, geometry.draw);
  write(join(folder, "queries-words.f32"), QUERIES, geometry.drawWords);
}

function write(path: string, count: number, draw: () => Embedding): void {
  const file = openSync(path, "w");
  for (let n = 0; n < count; n++) writeSync(file, draw());
  closeSync(file);
}

function printPeers({ peers, size }: ScaleResult): void {
  console.log(`\nOther libraries, searched by one thread, ${size.toLocaleString("en")} vectors:\n`);
  table(
    ["index", "queries", "p50 / p99 ms", "recall@10"],
    [...peers.values()].flatMap(({ by }) =>
      Object.entries(by).flatMap(([kind, ways]) =>
        Object.entries(ways).map(([way, { p50, p99, recall }]) => [
          way,
          kind,
          `${p50.toFixed(2)} / ${p99.toFixed(2)}`,
          (recall ?? 1).toFixed(4),
        ]),
      ),
    ),
  );
  for (const [name, { build_s, memory_mib }] of peers)
    console.log(`\n${name}: built in ${build_s.toFixed(1)} s; memory ${memory_mib.toFixed(0)} MiB.`);
}

/** The first number of a cell such as "1.23 / 4.56" or "12 MiB". */
const numberIn = (cell: string | undefined) => Number.parseFloat(cell ?? "");

/** The first number in the cell after the given leading cells of a line. */
function own(...begin: readonly string[]): (one: ScaleResult) => number {
  return ({ rows }) => {
    const found = rows.find((cells) => begin.every((cell, i) => cell === "*" || cells[i]?.startsWith(cell)));
    return numberIn(found?.[begin.length]);
  };
}

function line(
  name: string,
  grown: readonly ScaleResult[],
  value: (one: ScaleResult) => number | undefined,
): Line {
  const points = grown.flatMap((one) => {
    const found = value(one);
    return found !== undefined && found > 0 ? [[one.size, found] as const] : [];
  });
  return { name, points };
}

function draw(grown: readonly ScaleResult[]): void {
  mkdirSync(figures, { recursive: true });
  const other = (name: string, way: string) => (one: ScaleResult) =>
    one.peers.get(name)?.by.pictures?.[way]?.p50;
  const MIB = 2 ** 20;
  const plots = {
    "search-time": {
      title: "Time of a search by picture, median",
      y: "milliseconds",
      lines: [
        line("exact", grown, own("exact", "pictures", "everything")),
        line("graph", grown, own("graph", "pictures", "everything")),
        line("graph, words", grown, own("graph", "words", "everything")),
        line("graph, 10 % scope", grown, own("graph", "pictures", "10 %")),
        line("numpy, exact", grown, other("faiss", "numpy")),
        line("faiss, ef 256", grown, other("faiss", "faiss ef 256")),
        line("usearch, 256", grown, other("usearch", "usearch, expansion 256")),
      ],
    },
    memory: {
      title: "Memory of an open index",
      y: "MiB",
      lines: [
        line("exact", grown, own("memory")),
        line("graph", grown, own("memory", "*")),
        line("raw vectors", grown, ({ size }) => (size * DIMENSIONS * 4) / MIB),
        line("index files", grown, own("index files", "*")),
      ],
    },
    "build-and-open": {
      title: "Building and opening",
      y: "seconds",
      lines: [
        line("build the graph", grown, own("build", "*")),
        line("open, exact", grown, (one) => own("open")(one) / 1000),
        line("open, graph", grown, (one) => own("open", "*")(one) / 1000),
        line("faiss builds", grown, ({ peers }) => peers.get("faiss")?.build_s),
        line("usearch builds", grown, ({ peers }) => peers.get("usearch")?.build_s),
      ],
    },
  };
  for (const [name, plot] of Object.entries(plots)) {
    const lines = plot.lines.filter(({ points }) => points.length > 0);
    writeFileSync(join(figures, `${name}.svg`), logPlot({ ...plot, x: "vectors", lines }));
  }
}

installPeers();
await inTemporaryFolder("glimpse-scale-", async (folder) => {
  writeVectors(folder, Math.max(...sizes));
  const grown: ScaleResult[] = [];
  for (const size of sizes) {
    const one = {
      size,
      rows: measureGlimpse(size),
      peers: size > peersUpTo ? new Map() : measurePeers(folder, size),
    };
    if (one.peers.size > 0) printPeers(one);
    grown.push(one);
  }
  draw(grown);
});
