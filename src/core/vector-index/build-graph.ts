import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { type ChildProcessOptions, forkChild } from "../child-process.ts";
import type { ImageKey } from "../ports.ts";
import type { Embedding } from "../types.ts";
import type { BuildMessage, BuildReply } from "./build-protocol.ts";

/** Vectors in one message: a few milliseconds of copying here, a few hundred of building there. */
const BATCH = 1024;
/** Vectors from which the principal components are computed. */
const SAMPLE = 4096;
/** Rows that the sample queries fill in addition, repeated as often as it takes. */
const QUERY_ROWS = 1024;

export interface BuildRequest {
  readonly dimensions: number;
  readonly keys: readonly ImageKey[];
  /** Undefined for one that was removed meanwhile; it is left out. */
  readonly vector: (key: ImageKey) => Embedding | undefined;
  /** Embeddings of typical texts: the projection keeps their directions too. */
  readonly sampleQueries: readonly Embedding[];
  readonly graphPath: string;
  readonly componentsPath: string;
  /** Called when the graph is complete; `write` writes both files and resolves to the number of vectors in them. */
  readonly onBuilt: (write: () => Promise<number>) => Promise<void>;
  readonly childProcess?: ChildProcessOptions | undefined;
  readonly signal: AbortSignal;
}

/**
 * Builds a graph in a process of its own, at low priority, and writes it to the two files, by ascending key. When this
 * settles the process has ended, and nothing writes to the files any more.
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
    if (isRunning(child)) await once(child, "exit");
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
  const count = sampleQueries.length > 0 ? QUERY_ROWS : 0;
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

const isRunning = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid !== undefined && exitCode === null && signalCode === null;

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not permitted here: the build runs at normal priority.
  }
}

/** Sends a message and waits for the reply. @throws Error when the process fails or exits. */
function send(child: ChildProcess, message: BuildMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const onExit = () => done(new Error("The build process exited early."));
    const onReply = (reply: BuildReply) =>
      done(reply.kind === "failed" ? new Error(reply.reason) : undefined);
    const done = (error: Error | undefined) => {
      child.off("exit", onExit).off("error", done).off("message", onReply);
      if (error) reject(error);
      else resolve();
    };
    child.on("exit", onExit).on("error", done).on("message", onReply);
    child.send(message, (error) => {
      if (error) done(error);
    });
  });
}
