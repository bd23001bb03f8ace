/** Starts the processes and threads of this program, whether it is bundled or run from its sources by tsx. */
import { type ChildProcess, fork } from "node:child_process";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { packageFolder } from "./package-folder.ts";

export interface ChildProcessOptions {
  /**
   * The child's environment, chosen by name. It never gets all of its parent's: it decodes files of strangers, and
   * this process may hold secrets there. Default: empty.
   */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** A debugger may attach: the child listens on a free port of this machine and prints its address on stderr. */
  readonly inspect?: boolean | undefined;
}

/** Entry points, as `scripts/build.mjs` bundles them. */
type Script =
  | "core/embedder/child"
  | "core/embedder/decode-worker"
  | "core/embedder/speed-child"
  | "core/image/heif/heif-thread"
  | "core/map/layout-thread"
  | "core/vector-index/build-child";

export interface ForkOptions extends ChildProcessOptions {
  /** Whether the parent reads the child's stderr. While it is inspected, the child writes to the parent's own. */
  readonly stderr: "pipe" | "ignore";
}

/** Starts a process that exchanges messages with this one, with vectors and bytes as they are. */
export function forkChild(script: Script, { env, inspect, stderr }: ForkOptions): ChildProcess {
  return fork(pathOf(script), {
    serialization: "advanced",
    stdio: ["ignore", "ignore", inspect ? "inherit" : stderr, "ipc"],
    execArgv: [...loader(), ...(inspect ? ["--inspect=127.0.0.1:0"] : [])],
    env: { ...env },
  });
}

/** Starts a thread of this process. */
export function startThread(script: Script, workerData: unknown): Worker {
  const file = pathOf(script);
  if (!FROM_SOURCES) return new Worker(file, { workerData });
  // Node 20 does not pass tsx's loader on to threads.
  const tsx = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const code = `import(${tsx}).then(({ register }) => { register(); import(${JSON.stringify(pathToFileURL(file).href)}); })`;
  return new Worker(code, { eval: true, workerData });
}

const FROM_SOURCES = extname(import.meta.url) === ".ts";

const pathOf = (script: Script) =>
  FROM_SOURCES ? join(packageFolder, "src", `${script}.ts`) : join(packageFolder, "dist", `${script}.js`);

const loader = () => (FROM_SOURCES ? ["--import", import.meta.resolve("tsx")] : []);
