import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** Starts a script that lies beside the caller, as TypeScript or compiled: whatever the caller is. */
export function startScript(
  url: URL,
  args: readonly string[],
  options: { readonly stdio?: StdioOptions; readonly detached?: boolean; readonly uid?: number } = {},
): ChildProcess {
  const file = fileURLToPath(url);
  const compiled = extname(import.meta.url) === ".js";
  const script = compiled ? file.replace(/\.ts$/, ".js") : file;
  const loader = compiled ? [] : ["--import", import.meta.resolve("tsx")];
  return spawn(process.execPath, [...loader, script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    ...options,
  });
}
