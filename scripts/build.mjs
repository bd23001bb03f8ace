import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { ensureInstalled, root, run, tool } from "./installed.mjs";

const stamp = `${root}dist/.built`;

function newestSource() {
  const files = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" }).map(
    (file) => `${root}src/${file}`,
  );
  return Math.max(
    ...[...files, `${root}tsconfig.build.json`, `${root}package-lock.json`].map((f) => statSync(f).mtimeMs),
  );
}

/** Compiles src to dist, unless dist is already newer than every source. */
export function build() {
  ensureInstalled();
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newestSource()) return;
  rmSync(`${root}dist`, { recursive: true, force: true });
  run(tool("tsc"), ["-p", "tsconfig.build.json"]);
  writeFileSync(stamp, "");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build();
