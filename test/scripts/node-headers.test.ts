import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeHeaders } from "../../scripts/node-headers.mjs";
import { temporaryFolder } from "../support/temporary-folder.ts";

const header = `
#define NODE_MAJOR_VERSION 20
#define NODE_MINOR_VERSION 19
#define NODE_PATCH_VERSION 3
`;

function installation(): string {
  const prefix = temporaryFolder();
  mkdirSync(join(prefix, "include/node"), { recursive: true });
  writeFileSync(join(prefix, "include/node/node_version.h"), header);
  return prefix;
}

test("Node's headers are found next to the program", () => {
  const prefix = installation();
  expect(nodeHeaders(join(prefix, "bin/node"), "20.19.3")).toBe(prefix);
});

test("headers of another version are not taken for this one's", () => {
  expect(nodeHeaders(join(installation(), "bin/node"), "20.20.2")).toBeUndefined();
});

test("an installation without headers has none", () => {
  expect(nodeHeaders(join(temporaryFolder(), "bin/node"), "20.19.3")).toBeUndefined();
});
