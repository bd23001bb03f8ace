import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

export interface StartOptions {
  readonly stdio?: StdioOptions;
  readonly detached?: boolean;
  /** A program, with arguments of its own, that runs it. */
  readonly under?: readonly string[];
}

/** Starts a script that lies beside the caller, as TypeScript or compiled: whatever the caller is. */
export function startScript(
  url: URL,
  args: readonly string[],
  { under = [], ...options }: StartOptions = {},
): ChildProcess {
  const file = fileURLToPath(url);
  const compiled = extname(import.meta.url) === ".js";
  const script = compiled ? file.replace(/\.ts$/, ".js") : file;
  const loader = compiled ? [] : ["--import", import.meta.resolve("tsx")];
  const [program = "", ...rest] = [...under, process.execPath, ...loader, script, ...args];
  return spawn(program, rest, {
    stdio: ["ignore", "pipe", "inherit"],
    ...options,
  });
}
