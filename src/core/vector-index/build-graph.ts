import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { type ChildProcessOptions, forkChild } from "../child-process.ts";
import type { ImageKey } from "../ports.ts";
import type { Embedding } from "../types.ts";
import type { BuildMessage, BuildReply } from "./build-protocol.ts";

/** Vectors in one message: a few milliseconds of copying here, a few hundred of building there. */
const BATCH = 1024;
/** Vectors from which the axes of the sketch are learned. */
const SAMPLE = 4096;
/** Weight of the probes among them, however few they are. */
const PROBES = 1024;

export interface BuildRequest {
  readonly dimensions: number;
  readonly keys: readonly ImageKey[];
  /** Undefined for one that has meanwhile gone; it is left out. */
  readonly vector: (key: ImageKey) => Embedding | undefined;
  /** Embeddings of words, such as will be asked for: the sketch is made to keep their directions too. */
  readonly sampleQueries: readonly Embedding[];
  readonly graphPath: string;
  readonly componentsPath: string;
  /** Called when the graph is whole; `write` writes the two files and answers how many vectors they hold. */
  readonly onBuilt: (write: () => Promise<number>) => Promise<void>;
  readonly childProcess?: ChildProcessOptions | undefined;
  readonly signal: AbortSignal;
}

/**
 * Builds a graph in a process of its own, at low priority, and writes it to the two files, by ascending key. The
 * process has ended when this settles: nobody writes to them any more.
 */
export async function buildGraph(request: BuildRequest): Promise<void> {
  request.signal.throwIfAborted();
  const child = startBuilder(request.childProcess);
  const abandon = () => child.kill("SIGKILL");
  request.signal.addEventListener("abort", abandon);
  try {
    await feed(child, request);
  } catch (error) {
    request.signal.throwIfAborted();
    throw error;
  } finally {
    request.signal.removeEventListener("abort", abandon);
    abandon();
    if (runs(child)) await once(child, "exit");
  }
}

async function feed(child: ChildProcess, request: BuildRequest): Promise<void> {
  const { dimensions, vector } = request;
  const keys = [...request.keys].sort((a, b) => a - b);
  const spread = Math.max(1, Math.floor(keys.length / SAMPLE));
  const some = gather(keys.filter((_, i) => i % spread === 0).slice(0, SAMPLE), vector, dimensions);
  const sample = withSampleQueries(some.vectors, request.sampleQueries, dimensions);
  await send(child, { kind: "begin", dimensions, capacity: keys.length, sample });
  let count = 0;
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = gather(keys.slice(start, start + BATCH), vector, dimensions);
    if (batch.keys.length === 0) continue;
    await send(child, { kind: "add", ...batch });
    count += batch.keys.length;
  }
  await request.onBuilt(async () => {
    await send(child, {
      kind: "finish",
      graphPath: request.graphPath,
      componentsPath: request.componentsPath,
    });
    return count;
  });
}

function gather(
  keys: readonly ImageKey[],
  vector: BuildRequest["vector"],
  dimensions: number,
): { keys: ImageKey[]; vectors: Float32Array } {
  const found = keys.flatMap((key) => {
    const embedding = vector(key);
    return embedding ? [{ key, embedding }] : [];
  });
  const vectors = new Float32Array(found.length * dimensions);
  for (const [i, { embedding }] of found.entries()) vectors.set(embedding, i * dimensions);
  return { keys: found.map(({ key }) => key), vectors };
}

function withSampleQueries(
  vectors: Float32Array,
  sampleQueries: readonly Embedding[],
  dimensions: number,
): Float32Array {
  const count = sampleQueries.length > 0 ? PROBES : 0;
  const sample = new Float32Array(vectors.length + count * dimensions);
  sample.set(vectors);
  for (let i = 0; i < count; i++) {
    sample.set(sampleQueries[i % sampleQueries.length] ?? [], vectors.length + i * dimensions);
  }
  return sample;
}

function startBuilder(options: ChildProcessOptions | undefined): ChildProcess {
  const child = forkChild("core/vector-index/build-child", { ...options, stderr: "ignore" });
  if (child.pid !== undefined) lowerPriority(child.pid);
  return child;
}

const runs = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid !== undefined && exitCode === null && signalCode === null;

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here: it builds at normal priority.
  }
}

/** Sends a message and waits for the answer. @throws Error when the process cannot go on or ends. */
function send(child: ChildProcess, message: BuildMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => settle(new Error("The building process ended early."));
    const answered = (answer: BuildReply) =>
      settle(answer.kind === "failed" ? new Error(answer.reason) : undefined);
    const settle = (error: Error | undefined) => {
      child.off("exit", ended).off("error", settle).off("message", answered);
      if (error) reject(error);
      else resolve();
    };
    child.on("exit", ended).on("error", settle).on("message", answered);
    child.send(message, (error) => {
      if (error) settle(error);
    });
  });
}
