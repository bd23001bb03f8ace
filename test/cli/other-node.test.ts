import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, test } from "vitest";
import { driverError } from "../../src/core/catalog/connection/driver-error.ts";
import { LibraryError } from "../../src/core/errors.ts";
import { glimpseMain, runGlimpse } from "../support/run-glimpse.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Compiled modules fit one version of Node; here they seem built for another. */

const root = fileURLToPath(new URL("../../", import.meta.url));
const preload = fileURLToPath(new URL("../support/made-for-another-node.cjs", import.meta.url));
const underAnotherNode = { NODE_OPTIONS: `--require ${preload}` };
const sentence = `Glimpse was installed under Node 18 and is started by Node ${process.versions.node}: run`;

test.each([
  ["add", "samples"],
  ["models", "pull", "clip-vit-b32"],
  ["mcp", "--http", "--port", "0"],
])("%s reports that the modules were built for another Node", async (...args) => {
  const { code, stderr } = await runGlimpse(join(temporaryFolder(), "library"), args, underAnotherNode);
  expect(stderr).toContain(sentence);
  expect(stderr).toContain(`\`npm rebuild\` in ${root.slice(0, -1)} with this Node`);
  expect(stderr).not.toMatch(/report it|at Object/);
  expect(code).toBe(1);
});

test("doctor reports it too, and checks the rest", async () => {
  const { code, stdout } = await runGlimpse(temporaryFolder(), ["doctor"], underAnotherNode);
  expect(stdout).toMatch(/bad {3}database: Glimpse was installed under Node 18/);
  expect(stdout).toMatch(/ok {4}answers of pocket/);
  expect(code).toBe(1);
});

test("an assistant gets it in the tool result", async () => {
  const client = new Client({ name: "test", version: "0" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [glimpseMain, "mcp"],
      env: { ...underAnotherNode, GLIMPSE_LIBRARY: join(temporaryFolder(), "library") },
      stderr: "ignore",
    }),
  );
  const answer = await client.callTool({ name: "library_status", arguments: {} });
  await client.close();
  expect(answer.isError).toBe(true);
  expect(JSON.stringify(answer.content)).toContain(sentence);
});

test("a second attempt in one process, which fails with another message, is reported as the first", () => {
  const place = "'/opt/glimpse/node_modules/better-sqlite3/b.node'";
  const failed = (message: string) => Object.assign(new Error(message), { code: "ERR_DLOPEN_FAILED" });
  const first = driverError(
    failed(`The module ${place} was compiled using NODE_MODULE_VERSION 108. This version requires 115.`),
  );
  expect(first?.message).toContain("installed under Node 18");
  expect(driverError(failed(`Module did not self-register: ${place}.`))?.message).toBe(first?.message);
});

test("a driver that is missing or built for another machine is reported with the reason", () => {
  const elf = Object.assign(
    new Error("/opt/glimpse/node_modules/better-sqlite3/b.node: invalid ELF header"),
    {
      code: "ERR_DLOPEN_FAILED",
    },
  );
  expect(driverError(elf)).toBeInstanceOf(LibraryError);
  expect(driverError(elf)?.message).toContain("invalid ELF header");
  expect(driverError(elf)?.message).toContain("`npm rebuild better-sqlite3` in /opt/glimpse;");
  const missing = new Error(
    "Could not locate the bindings file. Tried:\n → /opt/node_modules/better-sqlite3/b",
  );
  expect(driverError(missing)?.message).toContain("`npm rebuild better-sqlite3` in /opt;");
  expect(driverError(new Error("something else"))).toBeUndefined();
});
