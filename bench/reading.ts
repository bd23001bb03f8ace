/**
 * Reading text in pictures: generated pictures whose words are known, photos with hardly any text, time and memory.
 * Word recall counts words that were recognised whole; substring recall, those that a search for part of a line finds.
 * Times are CPU time of the embedding process, which other work on the machine hardly affects (Linux).
 * Usage: npx tsx bench/reading.ts [--seed 0] [--kinds screenshots,memes] [--photos 700] [--show]
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { OnnxEmbedder } from "../src/core/embedder/onnx-embedder.ts";
import { OnnxTextReader } from "../src/core/embedder/onnx-text-reader.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { largePhotos } from "./photos.ts";
import { textPictures } from "./text-pictures.ts";

const { values: flags } = parseArgs({
  options: {
    seed: { type: "string", default: "0" },
    kinds: { type: "string" },
    photos: { type: "string", default: "700" },
    show: { type: "boolean", default: false },
  },
});

const photosFolder = fileURLToPath(new URL("../../shared/photos/images", import.meta.url));
const cache = fileURLToPath(new URL("../.cache/bench/", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "glimpse-reading-"));
const store = new ModelStore({ directory });
const embedder = new OnnxEmbedder({
  model: await store.locate("pocket"),
  memoryLimit: Number.POSITIVE_INFINITY,
});
const reader = new OnnxTextReader(embedder, () => store.readers());

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
/** Process id of the embedding process: the child of this one that runs it. */
function childPid(): string {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(/\s+/);
  const runsEmbedder = (pid: string) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("core/embedder/child");
  return children.find(runsEmbedder) ?? "self";
}

/** Milliseconds of processor time that the embedding process has used so far; clock ticks are 10 ms. */
function processorMs(): number {
  const fields = readFileSync(`/proc/${childPid()}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

async function timed<Result>(ms: number[], work: () => Promise<Result>): Promise<Result> {
  const started = processorMs();
  const result = await work();
  ms.push(processorMs() - started);
  return result;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

interface Score {
  words: number;
  read: number;
  found: number;
  pictures: number;
  readonly ms: number[];
}

async function generatedPictures(): Promise<void> {
  const scores = new Map<string, Score>();
  const kinds = flags.kinds?.split(",");
  for await (const { kind, lines, bytes } of textPictures(Number(flags.seed))) {
    if (kinds && !kinds.some((wanted) => kind.startsWith(wanted))) continue;
    const score = scores.get(kind) ?? { words: 0, read: 0, found: 0, pictures: 0, ms: [] };
    scores.set(kind, score);
    const { lines: placed } = await timed(score.ms, () => reader.read({ bytes }));
    const read = placed.map(({ text }) => text);
    score.pictures += 1;
    const asWords = new Set(read.flatMap(wordsOf));
    const glued = read.map((line) => wordsOf(line).join("")).join("\n");
    for (const word of lines.flatMap(wordsOf)) {
      score.words += 1;
      if (asWords.has(word)) score.read += 1;
      if (glued.includes(word)) score.found += 1;
      else if (flags.show) console.log(`${kind}: "${word}" is not in ${JSON.stringify(read.slice(0, 6))}`);
    }
  }
  console.log(
    "| made pictures | number | word recall | substring recall | processor ms, median |\n|---|---|---|---|---|",
  );
  for (const [kind, { pictures, words, read, found, ms }] of scores) {
    const share = (count: number) => (count / words).toFixed(3);
    console.log(`| ${kind} | ${pictures} | ${share(read)} | ${share(found)} | ${median(ms).toFixed(0)} |`);
  }
}

/** Only people can judge whether a line is really there: every line is printed. */
async function photos(): Promise<void> {
  if (!existsSync(photosFolder)) return console.log("No photos available: lines in photos are not counted.");
  const names = readdirSync(photosFolder).slice(0, Number(flags.photos));
  const ms: number[] = [];
  let [lines, withLines] = [0, 0];
  for (const name of names) {
    const { lines: read } = await timed(ms, () => reader.read({ path: join(photosFolder, name) }));
    lines += read.length;
    if (read.length === 0) continue;
    withLines += 1;
    const shown = read.map(({ text, confidence }) => `${text} (${confidence.toFixed(2)})`);
    if (flags.show) console.log(`${name}: ${shown.join(" | ")}`);
  }
  console.log(
    `\n${names.length} photos: ${lines} lines in ${withLines} of them, median ${median(ms).toFixed(0)} ms of processor time.`,
  );
}

/** Camera-sized photos without text: what most of a library costs. */
async function largeWithoutText(): Promise<void> {
  const files = await largePhotos(`${cache}photos`, 6);
  const ms: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (const path of files) {
      const taken: number[] = [];
      const { lines } = await timed(taken, () => reader.read({ path }));
      if (lines.length === 0) ms.push(...taken);
    }
  }
  console.log(
    `12 MP photos without text: median ${median(ms).toFixed(0)} ms of processor time, of ${ms.length}.`,
  );
}

/** Peak resident memory of the embedding process. */
function childPeak(): string {
  const status = readFileSync(`/proc/${childPid()}/status`, "utf8");
  return `${(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1e6).toFixed(2)} GB`;
}

// Starts the process and loads the readers.
await reader.read({
  bytes: await sharp({ create: { width: 64, height: 64, channels: 3, background: "#fff" } })
    .png()
    .toBuffer(),
});
await generatedPictures();
await photos();
await largeWithoutText();
console.log(`The child's largest memory: ${childPeak()}.`);
await embedder.close();
rmSync(directory, { recursive: true });
