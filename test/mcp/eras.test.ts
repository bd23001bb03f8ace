import { readFileSync } from "node:fs";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, onTestFinished, test } from "vitest";
import { listen } from "../../src/mcp/http.ts";
import { ICON } from "../../src/mcp/icon.ts";
import { Service } from "../../src/mcp/service.ts";
import { waitUntil } from "../support/eventually.ts";
import { commandOf, initialize, spawnServer } from "./support/spawned.ts";
import { pictureNamed, type StandInOverrides, standInLibrary } from "./support/stand-in-library.ts";

const TOKEN = "a token for tests";
const CURRENT = "2026-07-28";
const dog = pictureNamed("dog.jpg");
/** As the server that is spawned has it. */
const short = dog.id.slice(0, 12);

/** How a client settles on a revision: as until 2025-11-25, as the server can, or not otherwise than in the current one. */
const MODES = {
  "of 2025": "legacy",
  "of both eras": "auto",
  "of the current revision only": { pin: CURRENT },
} as const;

async function served(overrides: StandInOverrides = {}) {
  const service = new Service({
    version: "0.0.0-test",
    folders: [],
    allowIndex: true,
    includeDiscord: false,
    galleryFile: "/nowhere",
    openLibrary: async () => standInLibrary([dog], overrides),
    log: () => {},
  });
  const listening = await listen(service, { host: "127.0.0.1", port: 0, token: TOKEN });
  onTestFinished(async () => {
    await Promise.all([listening.sessions.close(), listening.sessionless.close()]);
    listening.server.closeAllConnections();
    listening.server.close();
    await service.close();
  });
  return listening;
}

const TRANSPORTS = {
  stdio: async () => new StdioClientTransport({ ...commandOf("./noisy-server-child.ts"), stderr: "ignore" }),
  HTTP: async (overrides?: StandInOverrides) =>
    new StreamableHTTPClientTransport(new URL((await served(overrides)).url), {
      requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
    }),
};

async function connected(
  transport: keyof typeof TRANSPORTS,
  mode: keyof typeof MODES,
  overrides?: StandInOverrides,
) {
  const client = new Client({ name: "test", version: "0" }, { versionNegotiation: { mode: MODES[mode] } });
  await client.connect(await TRANSPORTS[transport](overrides));
  onTestFinished(() => client.close());
  return client;
}

const textOf = ({ content }: { content: readonly { type: string; text?: string }[] }) =>
  content.map(({ text = "" }) => text).join("\n");

describe.each(["stdio", "HTTP"] as const)("over %s", (transport) => {
  test.each(Object.keys(MODES) as (keyof typeof MODES)[])(
    "a client %s lists, calls, views and reads",
    async (mode) => {
      const client = await connected(transport, mode);
      expect(client.getServerVersion()).toMatchObject({ name: "glimpse", icons: [ICON] });
      expect(client.getInstructions()).toContain("search_images");
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain("overview");
      const found = await client.callTool({ name: "search_images", arguments: { query: "dog" } });
      expect(found).toMatchObject({ structuredContent: { searched: 1 } });
      const viewed = await client.callTool({
        name: "view_images",
        arguments: { ids: [short], size: "thumb" },
      });
      expect((viewed.content as { type: string }[]).map(({ type }) => type)).toContain("image");
      const refused = await client.callTool({ name: "search_images", arguments: { qeury: "dog" } });
      expect(refused).toMatchObject({ isError: true });
      expect(textOf(refused as never)).toContain("qeury");
      expect((await client.listResources()).resources).toHaveLength(2);
      expect((await client.readResource({ uri: `image://${short}` })).contents).toMatchObject([
        { mimeType: "image/jpeg" },
      ]);
      await expect(client.readResource({ uri: "image://ffffffffffff" })).rejects.toThrow("No image");
      expect((await client.listPrompts()).prompts).toHaveLength(3);
      const completed = await client.complete({
        ref: { type: "ref/resource", uri: "image://{id}" },
        argument: { name: "id", value: short.slice(0, 4) },
      });
      expect(completed.completion.values).toEqual([short]);
    },
  );
});

test.each(["of 2025", "of both eras"] as const)(
  "a client %s cancels a call over HTTP, and the work stops",
  async (mode) => {
    const started: AbortSignal[] = [];
    const client = await connected("HTTP", mode, {
      find: ({ signal }) =>
        new Promise((_, reject) => {
          if (signal) started.push(signal);
          signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        }),
    });
    const cancel = new AbortController();
    const call = client.callTool(
      { name: "search_images", arguments: { query: "dog" } },
      { signal: cancel.signal },
    );
    await waitUntil(() => started.length > 0);
    cancel.abort();
    await expect(call).rejects.toThrow();
    await waitUntil(() => started[0]?.aborted);
  },
);

test("progress of long work reaches a client of either era", async () => {
  for (const mode of ["of 2025", "of both eras"] as const) {
    let release = () => {};
    const client = await connected("HTTP", mode, {
      duplicates: ({ onProgress } = {}) =>
        new Promise((resolve) => {
          release = () => resolve([]);
          onProgress?.({ stage: "comparing", done: 3, total: 10 });
        }),
    });
    const steps: number[] = [];
    await client.callTool(
      { name: "find_duplicates", arguments: {} },
      {
        onprogress: ({ progress }) => {
          steps.push(progress);
          release();
        },
      },
    );
    expect(steps, mode).toContain(3);
  }
});

/** Requests by hand, as the current revision wants them: each says who asks. */
const envelope = {
  "io.modelcontextprotocol/protocolVersion": CURRENT,
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

async function ask(
  url: string,
  method: string,
  params: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": CURRENT,
      "mcp-method": method,
      ...(typeof params.name === "string" && { "mcp-name": params.name }),
      ...(typeof params.uri === "string" && { "mcp-name": params.uri }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: envelope } }),
  });
  return { status: response.status, ...((await response.json()) as Record<string, never>) } as Record<
    string,
    unknown
  >;
}

test("in the current revision lists and pictures say how long they hold, and for whom", async () => {
  const { url, sessions } = await served();
  const hour = { ttlMs: 3_600_000, cacheScope: "private" };
  for (const method of ["server/discover", "tools/list", "prompts/list", "resources/templates/list"])
    expect(await ask(url, method), method).toMatchObject({ result: hour });
  expect(await ask(url, "resources/list")).toMatchObject({ result: { ttlMs: 0, cacheScope: "private" } });
  expect(await ask(url, "resources/read", { uri: `image://${short}` })).toMatchObject({ result: hour });
  expect(await ask(url, "resources/read", { uri: "library://status" })).toMatchObject({
    result: { ttlMs: 0 },
  });
  expect(await ask(url, "resources/read", { uri: "image://ffffffffffff" })).toMatchObject({
    error: { code: -32602, data: { uri: "image://ffffffffffff" } },
  });
  for (const given of [null, [], "{}"])
    expect(await ask(url, "tools/call", { name: "library_status", arguments: given })).toMatchObject({
      result: { isError: false },
    });
  expect(sessions.size).toBe(0);
});

test("to earlier revisions nothing is said of caching, and what is not there has the same code", async () => {
  const { send, response } = spawnServer("./noisy-server-child.ts");
  send(initialize);
  await response(1);
  send({ jsonrpc: "2.0", id: 2, method: "resources/read", params: { uri: `image://${short}` } });
  expect((await response(2)).result).not.toHaveProperty("ttlMs");
  send({ jsonrpc: "2.0", id: 3, method: "tools/list" });
  expect((await response(3)).result).not.toHaveProperty("ttlMs");
  send({ jsonrpc: "2.0", id: 4, method: "resources/read", params: { uri: "image://ffffffffffff" } });
  expect((await response(4)).error).toMatchObject({ code: -32602, data: { uri: "image://ffffffffffff" } });
});

test("a client that discovers the server, and then initializes as of old, is served", async () => {
  const { send, response } = spawnServer("./noisy-server-child.ts");
  send({ jsonrpc: "2.0", id: 7, method: "server/discover", params: { _meta: envelope } });
  expect(await response(7)).toMatchObject({ result: { supportedVersions: [CURRENT] } });
  send(initialize);
  expect(await response(1)).toMatchObject({ result: { protocolVersion: "2025-11-25" } });
});

test("calls of the current revision that were piped in are answered although stdin has ended", async () => {
  const { send, response, child, exited } = spawnServer("./noisy-server-child.ts");
  const params = { name: "search_images", arguments: { query: "dog" }, _meta: envelope };
  send({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  child.stdin.end();
  expect(await response(1)).toMatchObject({ result: { structuredContent: { searched: 1 } } });
  expect(await exited).toEqual([0, null]);
});

test("a request whose headers say something else than its body is refused", async () => {
  const { url } = await served();
  expect(await ask(url, "tools/list", {}, { "mcp-method": "tools/call" })).toMatchObject({ status: 400 });
});

test("the icon is that of the page", () => {
  const [, data = ""] = ICON.src.split("base64,");
  const file = new URL("../../src/web/client/icon.svg", import.meta.url);
  expect(Buffer.from(data, "base64").toString().trim()).toBe(readFileSync(file, "utf8").trim());
});
