import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, onTestFinished, test } from "vitest";
import { callTool } from "./support/session.ts";
import { commandOf, initialize, initialized, spawnServer } from "./support/spawned.ts";

const NOISY = "./noisy-server-child.ts";

const search = (id: number) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name: "search_images", arguments: { query: "dog" } },
});

test("stdout carries protocol messages only, whatever the code around prints", async () => {
  const { send, response, lines, child, exited } = spawnServer(NOISY);
  send(initialize);
  await response(1);
  send(initialized);
  send(search(2));
  send("this is not JSON");
  send({ jsonrpc: "2.0", id: 3, method: "tools/list" });
  await Promise.all([response(2), response(3)]);
  child.stdin.end();
  expect(await exited).toEqual([0, null]);
  expect(lines.length).toBe(3);
  for (const line of lines) expect(() => JSONRPCMessageSchema.parse(JSON.parse(line)), line).not.toThrow();
});

test("a newer client that first sends a discovery request gets an error, and can then initialize", async () => {
  const { send, response } = spawnServer(NOISY);
  send({ jsonrpc: "2.0", id: 7, method: "server/discover", params: {} });
  expect(await response(7)).toMatchObject({ error: { code: -32601 } });
  send(initialize);
  expect(await response(1)).toMatchObject({ result: { serverInfo: { name: "glimpse" } } });
});

test("the process exits when its client disconnects, and on SIGTERM", async () => {
  const left = spawnServer(NOISY);
  left.send(initialize);
  await left.response(1);
  left.child.stdin.end();
  const terminated = spawnServer(NOISY);
  terminated.send(initialize);
  await terminated.response(1);
  terminated.child.kill("SIGTERM");
  expect(await Promise.all([left.exited, terminated.exited])).toEqual([
    [0, null],
    [0, null],
  ]);
});

test("requests piped in are answered although stdin has ended", async () => {
  const { send, response, child, exited } = spawnServer(NOISY);
  send(initialize);
  send(initialized);
  send(search(2));
  child.stdin.end();
  expect(await response(2)).toMatchObject({ result: { structuredContent: { searched: 1 } } });
  expect(await exited).toEqual([0, null]);
});

test("the SDK's client works over stdio", async () => {
  const client = new Client({ name: "test", version: "0" });
  await client.connect(new StdioClientTransport({ ...commandOf(NOISY), stderr: "ignore" }));
  onTestFinished(() => client.close());
  expect((await callTool(client, "search_images", { query: "dog" })).data).toMatchObject({ searched: 1 });
  expect((await callTool(client, "search_images", { query: "x".repeat(1_000_000) })).isError).toBe(true);
});

test("a line that is too long is answered with an error, and those after it are read", async () => {
  const { send, response, child } = spawnServer(NOISY);
  send(initialize);
  await response(1);
  send(initialized);
  const long = "x".repeat(9 * 2 ** 20);
  const call = (id: number | string) => ({
    ...search(0),
    params: { name: "search_images", arguments: { query: long, id: 99 } },
    id,
  });
  // As clients write it: the id at the end, or near the beginning.
  const { id: _, jsonrpc, ...rest } = call(20);
  child.stdin.write(`${JSON.stringify({ ...rest, jsonrpc, id: 20 })}\n`);
  child.stdin.write(`${JSON.stringify({ jsonrpc, id: 21, ...rest })}\n`);
  for (const id of [20, 21])
    expect(await response(id)).toMatchObject({
      error: { code: -32600, message: expect.stringContaining("8388608") },
    });
  send(search(22));
  expect(await response(22)).toMatchObject({ result: { structuredContent: { searched: 1 } } });
});

test("arguments may be null, an empty list, or JSON text", async () => {
  const { send, response } = spawnServer(NOISY);
  send(initialize);
  await response(1);
  send(initialized);
  send({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "library_status", arguments: null } });
  expect(await response(2)).toMatchObject({ result: { isError: false } });
  send({ jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "library_status", arguments: [] } });
  expect(await response(3)).toMatchObject({ result: { isError: false } });
  const text = JSON.stringify({ query: "dog", limit: 1 });
  send({ jsonrpc: "2.0", id: 4, method: "tools/call", params: { name: "search_images", arguments: text } });
  expect(await response(4)).toMatchObject({ result: { structuredContent: { query: "dog" } } });
});
