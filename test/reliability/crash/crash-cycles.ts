import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ModelStore } from "../../../src/core/models/model-store.ts";
import { describedModel, writeModel } from "../../core/models/small-model.ts";
import { seededRandom } from "../../support/random-embeddings.ts";
import { startScript } from "../../support/start-script.ts";
import { checkLibrary } from "./check-library.ts";
import { finishLibrary } from "./finish-library.ts";
import { Ledger } from "./ledger.ts";
import { serveModel } from "./model-hub.ts";
import { workloads } from "./workloads.ts";
import { writeMessageSchema } from "./write-message.ts";

/** Writes of each workload at which it can be killed by name. */
const NAMED_POINTS: Readonly<Record<string, readonly string[]>> = {
  add: [
    "images.put",
    "images.putPlacements",
    "files.putFailures",
    "files.remove",
    "files.clearFailures",
    "files.setRootState",
  ],
  watch: ["images.put", "files.putFailures", "files.remove", "files.setRootState"],
  tag: ["state.set", "tags.setFromModel", "tags.put", "tags.reject"],
  remove: ["images.remove", "files.remove", "files.removeRoot", "files.putRoot", "images.put"],
  backfill: ["images.put", "state.set", "posts.remove"],
  index: ["leases.acquire", "images.put"],
};
const MOMENTS = ["before", "unacknowledged", "after"];
/** Files whose appearance triggers the kill: the kill points of workloads that write files. */
const FILE_POINTS: Readonly<Record<string, readonly string[]>> = {
  pull: [".pulling", ".partial", "vision.onnx", "text.onnx", "tokenizer.json"],
  index: [".axes", ".hnsw", ".tmp", "manifest.json"],
};
const CYCLES_PER_LIBRARY = 10;
const STUCK_MS = 20_000;

export interface CrashReport {
  cycles: number;
  /** Kills by workload and point. */
  readonly kills: Map<string, number>;
  /** Writes acknowledged by processes that were later killed. */
  acknowledged: number;
  libraries: number;
  readonly problems: string[];
}

export interface CrashOptions {
  readonly cycles: number;
  readonly seed: number;
  /** Folder for the libraries; each is deleted once it is done. */
  readonly home: string;
  readonly onCycle?: (report: CrashReport) => void;
  readonly onProblem?: (problem: string) => void;
}

/** Kills processes that are using a library, checks it after each, and lets every tenth finish. */
export async function runCrashCycles({
  cycles,
  seed,
  home,
  onCycle,
  onProblem,
}: CrashOptions): Promise<CrashReport> {
  const random = seededRandom(seed);
  const report: CrashReport = { cycles: 0, kills: new Map(), acknowledged: 0, libraries: 0, problems: [] };
  const note = (problem: string) => {
    report.problems.push(problem);
    onProblem?.(problem);
  };
  const hub = await serveModel();
  const names = Object.keys(workloads);
  while (report.cycles < cycles) {
    const setup = await newSetup(join(home, `${report.libraries++}`), hub.address);
    for (let i = 0; i < CYCLES_PER_LIBRARY && report.cycles < cycles; i++) {
      const work = names[report.cycles % names.length] ?? "add";
      const killed = await killOne(setup, work, random);
      report.cycles += 1;
      report.kills.set(killed, (report.kills.get(killed) ?? 0) + 1);
      for (const problem of await checkLibrary(setup.directory, setup.ledger)) {
        note(`cycle ${report.cycles}, ${killed}: ${problem}`);
      }
      onCycle?.(report);
    }
    for (const problem of await finishLibrary(setup.directory, setup.pictures, hub.address)) {
      note(`library ${report.libraries}, in the end: ${problem}`);
    }
    report.acknowledged += setup.ledger.acknowledged;
    rmSync(setup.folder, { recursive: true, force: true });
  }
  await hub.close();
  return report;
}

interface CrashSetup {
  readonly folder: string;
  readonly directory: string;
  readonly pictures: string;
  readonly hub: string;
  readonly ledger: Ledger;
}

async function newSetup(folder: string, hub: string): Promise<CrashSetup> {
  const [directory, pictures] = [join(folder, "library"), join(folder, "pictures")];
  mkdirSync(pictures, { recursive: true });
  const described = await writeModel(join(folder, "described"), describedModel());
  await new ModelStore({ directory }).add(described);
  return { folder, directory, pictures, hub, ledger: new Ledger() };
}

/** @returns a description of what was killed and where. */
async function killOne(setup: CrashSetup, work: string, random: () => number): Promise<string> {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)];
  const named =
    random() < 0.6 ? pick([...(NAMED_POINTS[work] ?? []), ...(FILE_POINTS[work] ?? [])]) : undefined;
  const isFile = named !== undefined && (FILE_POINTS[work]?.includes(named) ?? false);
  const point = named && !isFile ? `${pick(MOMENTS)}:${named}:${1 + Math.floor(random() * 3)}` : "";
  const child = start(setup, work, point, Math.floor(random() * 1e9));
  const kill = () => process.kill(-(child.pid ?? 0), "SIGKILL");
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const delay = random() * 400;
  const watching: (() => void)[] = [];
  lines.on("line", (line) => {
    const message = writeMessageSchema.parse(JSON.parse(line));
    setup.ledger.record(message);
    if ("state" in message && isFile) watching.push(whenFileAppears(setup.directory, named, kill));
    else if ("state" in message && !point) setTimeout(kill, delay);
  });
  let reached = true;
  const stuck = setTimeout(() => {
    reached = false;
    kill();
  }, STUCK_MS);
  const ended = Promise.all([once(child, "exit"), once(lines, "close")]);
  const [[code, signal]] = await ended;
  clearTimeout(stuck);
  for (const stop of watching) stop();
  setup.ledger.processDied();
  if (signal !== "SIGKILL") throw new Error(`${work} ended by itself with ${code ?? signal}`);
  if (!reached) return `${work}, any moment (${named} was not reached)`;
  return `${work}, ${isFile ? `file ${named}` : point ? point.split(":").slice(0, 2).join(" ") : "any moment"}`;
}

/** Polls every two milliseconds for a file that the process is writing or has just renamed. */
function whenFileAppears(directory: string, ending: string, act: () => void): () => void {
  const newest = () =>
    ["index", "models"]
      .flatMap((room) => pathsIn(join(directory, room)))
      .filter((name) => name.endsWith(ending))
      .map((name) => `${name} ${inodeOf(name)}`);
  const before = new Set(newest());
  const timer = setInterval(() => {
    if (newest().every((file) => before.has(file))) return;
    clearInterval(timer);
    act();
  }, 2);
  return () => clearInterval(timer);
}

/** A folder may disappear while it is being listed. */
function pathsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

const inodeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.ino;

function start(
  { directory, pictures, hub }: CrashSetup,
  work: string,
  point: string,
  seed: number,
): ChildProcess {
  const args = [directory, pictures, hub, work, String(seed), point];
  return startScript(new URL("crash-child.ts", import.meta.url), args, { detached: true });
}
