import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the global setup puts bundled test scripts, relative to the repository. */
export const BUNDLED_SCRIPTS = ".cache/test";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tests = fileURLToPath(new URL("../", import.meta.url));

/**
 * Node arguments that run a test script, named `…-child.ts`: bundled under vitest, since tsx takes
 * longer to start than most scripts take to run; from source in a benchmark.
 */
export function scriptArguments(url: URL): string[] {
  const file = fileURLToPath(url);
  if (process.env.VITEST === undefined) return ["--import", import.meta.resolve("tsx"), file];
  return [`${root}${BUNDLED_SCRIPTS}/${relative(tests, file).replace(/\.ts$/, ".js")}`];
}

export interface StartOptions extends Pick<SpawnOptions, "stdio" | "detached"> {
  /** A program, with its own arguments, that runs the script. */
  readonly under?: readonly string[];
}

/** Starts a test script as a process. */
export function startScript(
  url: URL,
  args: readonly string[],
  { under = [], ...options }: StartOptions = {},
): ChildProcess {
  const [program = "", ...rest] = [...under, process.execPath, ...scriptArguments(url), ...args];
  return spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"], ...options });
}
