import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Folder of a Node installation with headers for exactly this version, for npm's `nodedir`: compiling
 * native modules then downloads none. Undefined if there are none next to the executable.
 */
export function nodeHeaders(execPath = process.execPath, version = process.versions.node) {
  const prefix = dirname(dirname(execPath));
  const file = join(prefix, "include/node/node_version.h");
  return existsSync(file) && versionIn(readFileSync(file, "utf8")) === version ? prefix : undefined;
}

function versionIn(header) {
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(header)?.[1];
  return ["MAJOR", "MINOR", "PATCH"].map(part).join(".");
}
