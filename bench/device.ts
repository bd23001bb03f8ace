/**
 * Whether the devices of this machine give the CPU's vectors, and how fast, as Markdown that fits into a report. Each is
 * measured in a process of its own, which its driver may end.
 * Usage: npx tsx bench/device.ts [--model clip-vit-b32:fp16] [--devices cuda,webgpu] [--without-vit]
 * A model that was pulled is looked for in the library (GLIMPSE_LIBRARY); without one the built-in model is measured, and
 * an image tower of ViT-B/32's shape with random weights.
 */
import { fork } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readConfig } from "../src/config.ts";
import { devicesToTry, minimumAgreement, parseDevices, reasonOf } from "../src/core/embedder/devices.ts";
import { goldenPictures } from "../src/core/embedder/golden-pictures.ts";
import { processors } from "../src/core/embedder/processors.ts";
import { openImageTower, openTextTower } from "../src/core/embedder/tower-session.ts";
import type { LocatedModel } from "../src/core/models/located-model.ts";
import { ModelStore } from "../src/core/models/model-store.ts";
import { splitModel } from "../src/core/models/variant-files.ts";
import { packageVersion } from "../src/core/package-folder.ts";
import { dotProduct, toUnit } from "../src/core/vector.ts";
import { randomVit } from "./random-vit.ts";
import { table } from "./report.ts";

const TEXTS = [
  "a dog",
  "two children run along a beach at sunset",
  "an invoice",
  "the quick brown fox jumps over the lazy dog, 1234567890",
];
const BATCHES = [1, 8, 32];
const MEASURED_MS = 1500;
const MOST_MS = 300_000;

interface Wanted {
  readonly model: LocatedModel;
  readonly device: string;
  readonly threads: number;
  readonly texts: boolean;
}

interface Measured {
  readonly startMs: number;
  readonly pictures: readonly Float32Array[];
  readonly texts: readonly Float32Array[];
  /** Per second, for each of `BATCHES`; of batches that failed, undefined. */
  readonly pictureRates: readonly (number | undefined)[];
  readonly textRates: readonly (number | undefined)[];
}

/** In the child. */
async function measure({ model, device, threads, texts }: Wanted): Promise<Measured> {
  const start = performance.now();
  const image = await openImageTower(model, { threads, device });
  const golden = goldenPictures(model.descriptor.image);
  const pictures = await image.embed(golden);
  const startMs = performance.now() - start;
  const some = (count: number) => Array.from({ length: count }, (_, at) => golden[at % golden.length] ?? []);
  const pictureRates = await rates((count) => image.embed(some(count) as Float32Array[]));
  await image.close();
  if (!texts) return { startMs, pictures, texts: [], pictureRates, textRates: [] };
  const text = await openTextTower(model, { threads, device });
  const answers = await text.embed(TEXTS);
  const textRates = await rates((count) =>
    text.embed(Array.from({ length: count }, (_, at) => TEXTS[at % TEXTS.length] ?? "")),
  );
  return { startMs, pictures, texts: answers.map(({ vector }) => vector), pictureRates, textRates };
}

async function rates(run: (count: number) => Promise<unknown>): Promise<(number | undefined)[]> {
  const found: (number | undefined)[] = [];
  for (const batch of BATCHES) found.push(await rateOf(batch, run).catch(() => undefined));
  return found;
}

/** The fastest of the runs that fit into the time, after one that makes the device's programs. */
async function rateOf(batch: number, run: (count: number) => Promise<unknown>): Promise<number> {
  await run(batch);
  let fastest = Number.POSITIVE_INFINITY;
  for (const begun = performance.now(); performance.now() - begun < MEASURED_MS; ) {
    const start = performance.now();
    await run(batch);
    fastest = Math.min(fastest, performance.now() - start);
  }
  return (1000 * batch) / fastest;
}

/** What was measured, or why nothing was. */
function inProcess(wanted: Wanted): Promise<Measured | string> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.url), ["--child"], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let said = "";
    child.stderr?.on("data", (text: Buffer) => {
      said = (said + text.toString()).slice(-2000);
    });
    const tooLong = setTimeout(() => child.kill("SIGKILL"), MOST_MS);
    let answer: Measured | string | undefined;
    child.once("message", (message: Measured | string) => {
      answer = message;
    });
    child.once("exit", (code, signal) => {
      clearTimeout(tooLong);
      resolve(answer ?? `the process ended (${signal ?? code}) ${reasonOf(wanted.device, said)}`);
    });
    child.send(wanted);
  });
}

function smallestCosine(expected: readonly Float32Array[], found: readonly Float32Array[]): string {
  if (expected.length === 0) return "";
  const cosines = expected.map((vector, at) => {
    const [a, b] = [toUnit(vector), toUnit(found[at] ?? new Float32Array())];
    return a && b ? dotProduct(a, b) : 0;
  });
  return (Math.floor(1e6 * Math.min(1, ...cosines)) / 1e6).toFixed(6);
}

const perBatch = (found: readonly (number | undefined)[]) =>
  found.map((rate) => (rate === undefined ? "failed" : rate.toFixed(rate < 10 ? 1 : 0))).join(" / ");

async function modelsToMeasure(): Promise<{ name: string; model: LocatedModel; texts: boolean }[]> {
  const cache = fileURLToPath(new URL("../.cache/bench/", import.meta.url));
  if (flags.model !== undefined) {
    const { id, variant } = splitModel(flags.model);
    const model = await new ModelStore({ directory: readConfig().library }).locate(id, variant);
    return [{ name: flags.model, model, texts: true }];
  }
  const store = new ModelStore({ directory: cache });
  const pocket = await store.locate("pocket");
  const built = { name: "pocket", model: pocket, texts: true };
  if (flags["without-vit"]) return [built];
  const descriptor = await store.descriptor("clip-vit-b32");
  const image = await randomVit(`${cache}vit-b32`, "fp32");
  const vit = { ...pocket, descriptor, paths: { ...pocket.paths, image } };
  return [built, { name: "ViT-B/32's shape", model: vit, texts: false }];
}

/** What of GPUs the system shows, where it does so in files. */
function visibleGpus(): string {
  const names = ["/dev/dri", "/proc/driver/nvidia/gpus"].flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => `${folder}/${name}`);
    } catch {
      return [];
    }
  });
  const models = names.flatMap((name) => {
    try {
      return /^Model:\s*(.+)$/m.exec(readFileSync(`${name}/information`, "utf8"))?.[1] ?? [];
    } catch {
      return [];
    }
  });
  return (
    [...models, ...names.filter((name) => name.includes("render"))].join(", ") || "none is shown in files"
  );
}

async function main(): Promise<void> {
  const platform = `${process.platform} ${process.arch}`;
  const devices =
    flags.devices === undefined
      ? devicesToTry("auto", { platform, mayHaveGpu: true }).devices
      : (parseDevices(flags.devices) ?? []);
  const found = processors();
  const threads = found.physical ?? found.logical;
  console.log(
    [
      `- Glimpse ${packageVersion()}, onnxruntime ${runtimeVersion()}, Node ${process.version}, ${platform}`,
      `- CPU: ${cpus()[0]?.model.trim()}, ${JSON.stringify(found)}, ${threads} threads`,
      `- GPU: ${visibleGpus()}`,
      `- smallest cosine that is accepted: ${minimumAgreement("fp32")} (16-bit variants ${minimumAgreement("fp16")})`,
      "",
    ].join("\n"),
  );
  const rows: string[][] = [];
  for (const { name, model, texts } of await modelsToMeasure()) {
    const onCpu = await inProcess({ model, device: "cpu", threads, texts });
    for (const device of ["cpu", ...devices]) {
      const measured = device === "cpu" ? onCpu : await inProcess({ model, device, threads, texts });
      rows.push([name, device, ...(typeof measured === "string" ? [measured] : cells(measured, onCpu))]);
    }
  }
  const batches = BATCHES.join(" / ");
  table(
    [
      "model",
      "device",
      "start",
      "cosine, pictures / texts",
      `pictures/s by ${batches}`,
      `texts/s by ${batches}`,
    ],
    rows.map(padded),
  );
}

const padded = (row: readonly string[]) => [...row, ...Array.from({ length: 6 - row.length }, () => "")];

function cells(measured: Measured, onCpu: Measured | string): string[] {
  const agreement =
    measured === onCpu
      ? "the measure"
      : typeof onCpu === "string"
        ? "the CPU gave none"
        : [smallestCosine(onCpu.pictures, measured.pictures), smallestCosine(onCpu.texts, measured.texts)]
            .filter((cosine) => cosine !== "")
            .join(" / ");
  const { startMs, pictureRates, textRates } = measured;
  return [`${(startMs / 1000).toFixed(1)} s`, agreement, perBatch(pictureRates), perBatch(textRates)];
}

function runtimeVersion(): string {
  const manifest = new URL("../node_modules/onnxruntime-node/package.json", import.meta.url);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

const { values: flags } = parseArgs({
  options: {
    model: { type: "string" },
    devices: { type: "string" },
    "without-vit": { type: "boolean", default: false },
    child: { type: "boolean", default: false },
  },
});

if (flags.child) {
  process.once("message", async (wanted: Wanted) => {
    const answer = await measure(wanted).catch((error: unknown) =>
      reasonOf(wanted.device, error instanceof Error ? error.message : String(error)),
    );
    process.send?.(answer, undefined, undefined, () => process.exit());
  });
} else await main();
