import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nodeHeaders } from "./node-headers.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs a command in the repository root and ends this process with its exit code when it fails. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (done.error) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** Installs the locked dependencies when they are missing or older than the lock file. */
export function ensureInstalled() {
  const marker = `${root}node_modules/.package-lock.json`;
  const fresh =
    existsSync(marker) && statSync(marker).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
  if (fresh) return;
  console.error("Installing dependencies (once; two native modules are compiled) …");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    // npm's own messages go to stderr, so that stdout holds only the command's output.
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
    // As many compilers at once as there are cores, unless the user says otherwise: node-gyp reads it.
    env: { JOBS: "max", ...process.env, ...headersOfThisNode() },
  });
}

/** Node's headers if its installation has them, unless the user specifies others. */
export function headersOfThisNode() {
  const nodedir = process.env.npm_config_nodedir ?? nodeHeaders();
  return nodedir === undefined ? {} : { npm_config_nodedir: nodedir };
}

/** Path of a tool installed by the project's dependencies. */
export const tool = (name) => `${root}node_modules/.bin/${name}`;
