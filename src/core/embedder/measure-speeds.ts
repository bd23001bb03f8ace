import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, constants, mkdir, readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { type ChildProcessOptions, forkChild } from "../child-process.ts";
import type { LocatedModel } from "../models/located-model.ts";
import { replaceFile } from "../replace-file.ts";
import type { LongWork } from "../types.ts";
import type { LayerShape } from "./layer-graph.ts";
import { processors } from "./processors.ts";
import { tuningFor } from "./tuning.ts";

export interface Speed {
  /** Of the picture tower alone, on the processor; reading pictures comes on top. */
  readonly picturesPerSecond: number;
  readonly questionMs: number;
  /** From a few layers of random weights of the towers' shape: the model is not here. */
  readonly isEstimate: boolean;
  /** Other programs kept the processor busy: it is faster than that. Timed again once they do not. */
  readonly isBusy: boolean;
}

export interface TowerShape extends LayerShape {
  readonly layers: number;
  /** Of one picture or text. */
  readonly tokens: number;
}

/** A model to time: its files, or the shapes of its towers. */
export type Timed = { readonly key: string } & (
  | { readonly model: LocatedModel }
  | { readonly image: TowerShape; readonly text: TowerShape }
);

export type SpeedRequest = { readonly threads: number } & Timed;
/** Nothing for a model that cannot be timed. */
export interface SpeedReply {
  readonly speed?: Omit<Speed, "isBusy"> | undefined;
}

/** Of one model; a machine that needs longer is told nothing. */
const LIMIT_MS = 120_000;
const KEPT = "speeds.json";
/** Programs that wait for each core, on average over the last minute. Windows does not tell. */
const BUSY = 0.75;
const loadPerCore = () => (loadavg()[0] ?? 0) / availableParallelism();

interface KeptSpeeds {
  readonly machine: string;
  readonly speeds: Readonly<Record<string, Speed>>;
}

/**
 * How fast models are here, by key, each timed once and kept in the folder of models; again where the machine was busy then
 * and is not now. Progress counts models.
 * @param modelsFolder is made when it is not there; where it cannot be, nothing is timed
 */
export async function measureSpeeds(
  modelsFolder: string,
  models: readonly Timed[],
  { signal, onProgress, childProcess = {} }: LongWork & { readonly childProcess?: ChildProcessOptions } = {},
): Promise<ReadonlyMap<string, Speed>> {
  const machine = `${cpus()[0]?.model ?? "?"}, ${availableParallelism()} threads, ${process.arch}`;
  const kept = await readKept(join(modelsFolder, KEPT));
  const speeds = new Map(kept?.machine === machine ? Object.entries(kept.speeds) : []);
  const isBusy = loadPerCore() > BUSY;
  const missing = models.filter(
    ({ key }) => speeds.get(key)?.isBusy !== false && !(isBusy && speeds.has(key)),
  );
  if (missing.length === 0) return speeds;
  const { threads } = tuningFor(processors());
  if (!(await isWritable(modelsFolder))) return speeds;
  const timing = new TimingProcess(childProcess);
  try {
    for (const [done, timed] of missing.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: "timing", done, total: missing.length, item: timed.key });
      const speed = await timing.time({ ...timed, threads }, signal);
      if (speed) speeds.set(timed.key, { ...speed, isBusy });
    }
  } finally {
    timing.end();
  }
  const measured: KeptSpeeds = { machine, speeds: Object.fromEntries(speeds) };
  await replaceFile(join(modelsFolder, KEPT), JSON.stringify(measured, null, 1)).catch(() => undefined);
  return speeds;
}

/** Where nothing can be kept, every list would take as long as the first. */
async function isWritable(modelsFolder: string): Promise<boolean> {
  try {
    await mkdir(modelsFolder, { recursive: true });
    await access(modelsFolder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Times one model after another; after one that it fails on or that takes too long, a new process goes on. */
class TimingProcess {
  readonly #options: ChildProcessOptions;
  #child: ChildProcess | undefined;

  constructor(options: ChildProcessOptions) {
    this.#options = options;
  }

  /** Undefined when the process does not answer: timing is no reason to fail. */
  async time(request: SpeedRequest, signal: AbortSignal | undefined): Promise<SpeedReply["speed"]> {
    this.#child ??= forkChild("core/embedder/speed-child", { ...this.#options, stderr: "ignore" });
    const child = this.#child;
    const ended = new AbortController();
    const abort = () => ended.abort();
    child.once("exit", abort).once("error", abort);
    const either = AbortSignal.any([
      AbortSignal.timeout(LIMIT_MS),
      ended.signal,
      ...(signal ? [signal] : []),
    ]);
    try {
      child.send(request);
      const [reply]: [SpeedReply] = (await once(child, "message", { signal: either })) as [SpeedReply];
      return reply.speed;
    } catch {
      this.end();
      signal?.throwIfAborted();
      return undefined;
    } finally {
      // What a whole tower takes of memory goes with the process.
      if ("model" in request) this.end();
      child.off("exit", abort).off("error", abort);
    }
  }

  end(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}

/** Undefined where nothing was kept, or it is damaged: everything is timed again. */
async function readKept(file: string): Promise<KeptSpeeds | undefined> {
  try {
    const kept: KeptSpeeds = JSON.parse(await readFile(file, "utf8"));
    const isSound = ({ picturesPerSecond, questionMs }: Speed) => picturesPerSecond > 0 && questionMs > 0;
    return Object.values(kept.speeds).every(isSound) ? kept : undefined;
  } catch {
    return undefined;
  }
}
