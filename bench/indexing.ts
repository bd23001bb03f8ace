/**
 * Pictures per second from file to vector through the embedder, compared with the two limits of the machine
 * (inference alone, decoding alone, each on all cores) and with the same work through transformers.js.
 * The four alternate, so that other load on the machine affects all of them; medians are compared.
 * Usage: npx tsx bench/indexing.ts [--rounds 4] [--weights fp32,quantised] [--without-transformers]
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DecoderPool } from "../src/core/embedder/decoder-pool.ts";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { processors } from "../src/core/embedder/processors.ts";
import { openImageTower } from "../src/core/embedder/tower-session.ts";
import { tuningFor } from "../src/core/embedder/tuning.ts";
import { DEFAULT_PICTURE_LIMITS } from "../src/core/image/picture-limits.ts";
import type { LocatedModel } from "../src/core/models/located-model.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { variantFiles } from "../src/core/models/variant-files.ts";
import { installPeers } from "./install-peers.ts";
import { largePhotos, smallPhotos } from "./photos.ts";
import { randomVit } from "./random-vit.ts";

/** Returns the milliseconds that these files took. */
type Contender = (files: readonly string[]) => Promise<number>;

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "4" },
    weights: { type: "string", default: "fp32,quantised" },
    batch: { type: "string" },
    decoders: { type: "string" },
    threads: { type: "string" },
    "without-transformers": { type: "boolean", default: false },
  },
});
const cores = availableParallelism();
const chosen = tuningFor(processors());
const tuning = {
  batch: Number(flags.batch ?? chosen.batch),
  decoders: Number(flags.decoders ?? chosen.decoders),
  threads: Number(flags.threads ?? chosen.threads),
};
const bench = fileURLToPath(new URL(".", import.meta.url));
const cache = fileURLToPath(new URL("../.cache/bench/", import.meta.url));

type Weights = "fp32" | "quantised";

async function main(): Promise<void> {
  const sets = {
    "500 px": await smallPhotos(`${cache}photos`, 48),
    "12 MP": repeated(await largePhotos(`${cache}photos`, 6), 24),
  };
  for (const weights of ["fp32", "quantised"] as const) {
    if (flags.weights.split(",").includes(weights)) await compare(weights, sets);
  }
  process.exit();
}

async function compare(weights: Weights, sets: Record<string, readonly string[]>): Promise<void> {
  const model = await randomModel(weights);
  const embedder = new OnnxEmbedder({ model, tuning });
  const transformers = flags["without-transformers"] ? undefined : await startTransformers(weights);
  const contenders: Record<string, Contender> = {
    inference: await inferenceAlone(model),
    decoding: decodingAlone(model),
    glimpse: throughEmbedder(embedder),
    ...(transformers && { "transformers.js": transformers.embed }),
  };
  console.log(`\nRandom weights of ViT-B/32's shape, ${weights}, ${cores} cores, ${JSON.stringify(tuning)}.`);
  console.log(`Pictures per second, median of ${flags.rounds} rounds (lowest to highest):`);
  for (const [name, files] of Object.entries(sets)) report(name, await race(contenders, files));
  await embedder.close();
  transformers?.end();
}

async function race(contenders: Record<string, Contender>, files: readonly string[]) {
  const rates: Record<string, number[]> = {};
  for (const contender of Object.values(contenders)) await contender(files.slice(0, 8));
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [name, contender] of Object.entries(contenders)) {
      rates[name] = [...(rates[name] ?? []), (files.length / (await contender(files))) * 1000];
    }
  }
  return rates;
}

function report(name: string, rates: Record<string, number[]>): void {
  console.log(`\n${name}`);
  for (const [contender, found] of Object.entries(rates)) {
    const span = `(${Math.min(...found).toFixed(1)} to ${Math.max(...found).toFixed(1)})`;
    console.log(`  ${contender.padEnd(16)} ${median(found).toFixed(1).padStart(7)}  ${span}`);
  }
  const each = (contender: string) => rates[contender] ?? [];
  const limits = each("inference").map((rate, round) => 1 / (1 / rate + 1 / (each("decoding")[round] ?? 0)));
  const ofLimit = each("glimpse").map((rate, round) => rate / (limits[round] ?? 0));
  console.log(`  of 1/(1/inference + 1/decoding): ${median(ofLimit).toFixed(2)}`);
  const faster = each("transformers.js").map((rate, round) => (each("glimpse")[round] ?? 0) / rate);
  if (faster.length > 0) console.log(`  times transformers.js: ${median(faster).toFixed(2)}`);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const repeated = (files: readonly string[], count: number) =>
  Array.from({ length: count }, (_, at) => files[at % files.length] ?? "");

/** CLIP ViT-B/32's descriptor with random weights in its place; only pictures are embedded. */
async function randomModel(weights: Weights): Promise<LocatedModel> {
  const store = new ModelStore({ directory: cache });
  const pocket = await store.locate("pocket");
  const descriptor = await store.descriptor("clip-vit-b32");
  const image = await randomVit(`${cache}vit-b32`, weights);
  const { batchable } = variantFiles(descriptor, weights);
  return { ...pocket, descriptor, batchable, weightBytes: 351e6, paths: { ...pocket.paths, image } };
}

async function inferenceAlone(model: LocatedModel): Promise<Contender> {
  const tower = await openImageTower(model, { threads: tuning.threads });
  const { size } = model.descriptor.image;
  const pixels = Array.from({ length: tuning.batch }, () => new Float32Array(3 * size * size).fill(0.5));
  return async (files) => {
    const start = performance.now();
    for (let at = 0; at < files.length; at += tuning.batch) {
      await tower.embed(pixels.slice(0, Math.min(tuning.batch, files.length - at)));
    }
    return performance.now() - start;
  };
}

function decodingAlone({ descriptor }: LocatedModel): Contender {
  const pool = new DecoderPool({ recipe: descriptor.image, limits: DEFAULT_PICTURE_LIMITS }, cores);
  return (files) => timed(files, 2 * cores, (path) => pool.read({ path }));
}

function throughEmbedder(embedder: OnnxEmbedder): Contender {
  return (files) => timed(files, embedder.concurrency, (path) => embedder.embedPicture({ path }));
}

async function timed(files: readonly string[], atOnce: number, work: (path: string) => Promise<unknown>) {
  const start = performance.now();
  const rest = files.values();
  const worker = async () => {
    for (const path of rest) await work(path);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return performance.now() - start;
}

async function startTransformers(weights: Weights): Promise<{ embed: Contender; end: () => void }> {
  installPeers();
  const args = [
    `${bench}transformers-side.mjs`,
    `${cache}vit-b32`,
    String(tuning.batch),
    weights === "fp32" ? "fp32" : "q8",
  ];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const embed: Contender = async (files) => {
    child.stdin.write(`${JSON.stringify(files)}\n`);
    const { value } = await lines.next();
    const { ms } = JSON.parse(value ?? "{}");
    return Number(ms);
  };
  return { embed, end: () => child.kill() };
}

await main();
