import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The built program, as people run it; the global setup builds it. */
export const glimpseMain = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program with its own library. Text in pictures is read only with `GLIMPSE_TEXT: "on"`: it takes most of the time. */
export function startGlimpse(
  library: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [glimpseMain, ...args], {
    env: { PATH, HOME, GLIMPSE_LIBRARY: library, GLIMPSE_TEXT: "off", NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export function runGlimpse(
  library: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const child = startGlimpse(library, args, env);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
