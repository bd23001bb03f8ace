import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the global setup bundles the scripts of tests, relative to the repository. */
export const BUNDLED_SCRIPTS = ".cache/test";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tests = fileURLToPath(new URL("../", import.meta.url));

/**
 * Node's arguments that run a script of a test, named `…-child.ts`: bundled where vitest runs, since tsx takes
 * longer to start than most scripts take to work; from its source in a benchmark.
 */
export function scriptArguments(url: URL): string[] {
  const file = fileURLToPath(url);
  if (process.env.VITEST === undefined) return ["--import", import.meta.resolve("tsx"), file];
  return [`${root}${BUNDLED_SCRIPTS}/${relative(tests, file).replace(/\.ts$/, ".js")}`];
}

export interface StartOptions extends Pick<SpawnOptions, "stdio" | "detached"> {
  /** A program, with arguments of its own, that runs the script. */
  readonly under?: readonly string[];
}

/** Starts a script of a test as a process. */
export function startScript(
  url: URL,
  args: readonly string[],
  { under = [], ...options }: StartOptions = {},
): ChildProcess {
  const [program = "", ...rest] = [...under, process.execPath, ...scriptArguments(url), ...args];
  return spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"], ...options });
}
