import { readdirSync, readFileSync } from "node:fs";
import PQueue from "p-queue";
import { startEmbeddingChild } from "../../../src/core/embedder/embedding-child.ts";
import { OnnxEmbedder } from "../../../src/core/embedder/onnx-embedder.ts";
import { PictureError } from "../../../src/core/errors.ts";
import { ModelStore } from "../../../src/core/models/model-store.ts";

export interface HostilePicture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface FeedReport {
  pictures: number;
  /** Keyed by "accepted" or the refusal code. */
  readonly outcomes: Map<string, number>;
  /** Embedding processes that exited while in use. */
  deaths: number;
  /** Peak resident size of any embedding process, in bytes; 0 where /proc is unavailable. */
  peak: number;
  slowestMs: number;
  slowest: string;
  /** Refusals without a readable reason, results that are no picture, errors that are defects. */
  readonly problems: string[];
}

/** Feeds untrusted pictures to the embedding process, as adding does. */
export async function feedPictures(
  pictures: AsyncIterable<HostilePicture> | Iterable<HostilePicture>,
  /** Where pulled models are looked up; there are none, so any folder will do. */
  directory: string,
): Promise<FeedReport> {
  const report: FeedReport = {
    pictures: 0,
    outcomes: new Map(),
    deaths: 0,
    peak: 0,
    slowestMs: 0,
    slowest: "",
    problems: [],
  };
  let closing = false;
  const embedder = new OnnxEmbedder({
    model: await new ModelStore({ directory }).locate("pocket"),
    startChild: (opening, events) =>
      startEmbeddingChild(opening, {
        ...events,
        onEnd: (end) => {
          if (!closing) report.deaths += 1;
          events.onEnd(end);
        },
      }),
  });
  const sampling = setInterval(() => {
    report.peak = Math.max(report.peak, peakOfChildren());
  }, 100);
  const queue = new PQueue({ concurrency: embedder.concurrency });
  try {
    for await (const picture of pictures) {
      await queue.onSizeLessThan(embedder.concurrency);
      void queue.add(() => feed(embedder, picture, report));
    }
    await queue.onIdle();
    report.peak = Math.max(report.peak, peakOfChildren());
  } finally {
    clearInterval(sampling);
    closing = true;
    await embedder.close();
  }
  return report;
}

async function feed(
  embedder: OnnxEmbedder,
  { name, bytes }: HostilePicture,
  report: FeedReport,
): Promise<void> {
  const start = performance.now();
  const outcome = await outcomeOf(embedder, bytes);
  const took = performance.now() - start;
  if (took > report.slowestMs) Object.assign(report, { slowestMs: took, slowest: `${name}: ${outcome}` });
  report.pictures += 1;
  report.outcomes.set(outcome, (report.outcomes.get(outcome) ?? 0) + 1);
  if (outcome.startsWith("problem")) report.problems.push(`${name}: ${outcome}`);
}

async function outcomeOf(embedder: OnnxEmbedder, bytes: Uint8Array): Promise<string> {
  try {
    const { picture, embedding } = await embedder.embedPicture({ bytes });
    const length = Math.hypot(...embedding);
    const whole = picture.width > 0 && picture.thumbnail.length > 0 && Math.abs(length - 1) < 1e-3;
    return whole ? "accepted" : "problem: accepted without being whole";
  } catch (error) {
    if (!(error instanceof PictureError)) return `problem: ${String(error)}`;
    return error.message.length > 8 ? error.code : `problem: refused without a reason (${error.message})`;
  }
}

/** Over all child processes, including the embedding process. */
function peakOfChildren(): number {
  if (process.platform !== "linux") return 0;
  const tasks = readdirSync("/proc/self/task");
  const pids = tasks.flatMap((task) => readOr(`/proc/self/task/${task}/children`).split(" ").filter(Boolean));
  const peaks = pids.map((pid) => Number(/VmHWM:\s+(\d+)/.exec(readOr(`/proc/${pid}/status`))?.[1] ?? 0));
  return Math.max(0, ...peaks) * 1024;
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
