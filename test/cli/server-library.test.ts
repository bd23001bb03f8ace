import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  NEEDS_SERVER,
  TEST_SERVER,
  type TestDatabases,
  testDatabases,
  withConnection,
} from "../support/postgres.ts";
import { glimpseMain, runGlimpse } from "../support/run-glimpse.ts";

const PASSWORD = "pass%2Fword";

/** With a password, which a server that trusts its own machine does not look at. */
function withPassword(address: string): string {
  const url = new URL(address);
  url.password = decodeURIComponent(PASSWORD);
  return url.href;
}

test("a server that cannot be reached is told without the password", async () => {
  const home = { HOME: tmpdir() };
  const away = `postgres://ann:${PASSWORD}@127.0.0.1:1/x`;
  const runs = [["status"], ["add", "samples/home"], ["find", "dog"]];
  for (const { code, stdout, stderr } of await Promise.all(
    runs.map((args) => runGlimpse(away, args, home)),
  )) {
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("postgres://ann@127.0.0.1:1/x cannot be reached");
    expect(stdout + stderr).not.toMatch(/pass(?:%2F|\/)word/);
  }
});

describe.skipIf(!TEST_SERVER)(`a library on a server (${NEEDS_SERVER})`, () => {
  let databases: TestDatabases;
  let folder = "";
  let library = "";
  beforeAll(async () => {
    databases = await testDatabases();
    folder = await mkdtemp(join(tmpdir(), "glimpse-server-"));
    const address = await databases.create();
    await withConnection(address, (server) =>
      server.withSession((session) => session.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")),
    );
    library = withPassword(address);
  });
  afterAll(async () => {
    await databases?.close();
    await rm(folder, { recursive: true });
  });

  const home = () => ({ HOME: folder, XDG_DATA_HOME: folder });
  const onServer = (...args: string[]) => runGlimpse(library, args, home());
  const inFolder = (...args: string[]) => runGlimpse(join(folder, "library"), args, home());
  const both = (...args: string[]) => Promise.all([onServer(...args), inFolder(...args)]);

  test("answers as one in a folder does, says what server it is on, and never its password", async () => {
    expect((await onServer("status")).stderr).toContain("There is no library at postgres://postgres@");
    const outputs: string[] = [];
    for (const { code, stdout, stderr } of await both(
      "add",
      "samples/animals",
      "samples/home",
      "--no-text",
    )) {
      expect(code, stderr).toBe(0);
      outputs.push(stdout + stderr);
    }
    const commands = [
      ["find", "dog", "--json", "--limit", "all"],
      ["find", "dog", "--json", "--in", "samples/home"],
      ["find", "--json", "--sort", "newest"],
      ["duplicates", "--json"],
      ["tag", "list", "--json"],
    ];
    for (const args of commands) {
      const [server, own] = await both(...args);
      outputs.push(server.stdout + server.stderr);
      expect([server.code, own.code], server.stderr).toEqual([0, 0]);
      expect(rounded(server.stdout), args.join(" ")).toEqual(rounded(own.stdout));
    }
    const { stdout } = await onServer("status");
    expect(stdout).toMatch(/PostgreSQL \d+\.\d+.*, pgvector \d+\.\d+\.\d+/);
    const doctor = await onServer("doctor");
    expect(doctor.stdout).toMatch(/server: postgres:\/\/postgres@.*PostgreSQL/);
    expect(doctor.stdout).toMatch(/catalog: sound/);
    const removed = await onServer("remove", "samples/home", "--yes");
    expect(removed.code, removed.stderr).toBe(0);
    outputs.push(stdout, doctor.stdout, removed.stdout);
    for (const output of outputs) expect(output).not.toMatch(/pass(?:%2F|\/)word/);
  });

  test("is served to assistants", async () => {
    const added = await onServer("add", "samples/animals", "--no-text");
    expect(added.code, added.stderr).toBe(0);
    const client = new Client({ name: "test", version: "0" });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [glimpseMain, "mcp"],
        env: { ...home(), GLIMPSE_LIBRARY: library },
        stderr: "ignore",
      }),
    );
    try {
      const found = await client.callTool({ name: "search_images", arguments: { query: "dog" } });
      expect(JSON.stringify(found.content)).toContain("dog in the park.jpg");
      const status = await client.callTool({ name: "library_status", arguments: {} });
      expect(JSON.stringify(status)).toContain("samples/animals");
      expect(JSON.stringify([found, status])).not.toMatch(/pass(?:%2F|\/)word/);
    } finally {
      await client.close();
    }
  });
});

/** What both answer alike: when it was added differs, and the last digits of scores. */
const rounded = (json: string): unknown =>
  JSON.parse(json || "null", (name, value) =>
    name === "addedAt" || name === "cursor"
      ? undefined
      : typeof value === "number"
        ? Number(value.toFixed(4))
        : value,
  );
