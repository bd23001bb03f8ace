import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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
    // npm's own messages go to stderr, so that a command's stdout stays its own.
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
    env: { ...process.env, ...headersOfThisNode() },
  });
}

/** Node's headers where its installation carries them: compiling then needs no download of them. */
function headersOfThisNode() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include/node/node.h")) ? { npm_config_nodedir: prefix } : {};
}

/** Path of a tool that the project's dependencies installed. */
export const tool = (name) => `${root}node_modules/.bin/${name}`;
