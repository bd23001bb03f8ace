import { once } from "node:events";
import { request } from "node:http";
import { createConnection, type Socket } from "node:net";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { type HttpOptions, type Listening, listen, serveHttp } from "../../src/mcp/http.ts";
import { Service } from "../../src/mcp/service.ts";
import { waitUntil } from "../support/eventually.ts";
import { callTool } from "./support/session.ts";
import { initialize } from "./support/spawned.ts";
import { pictureNamed, type StandInOverrides, standInLibrary } from "./support/stand-in-library.ts";

const TOKEN = "a token for tests";

function testService(overrides: StandInOverrides = {}, log: (line: string) => void = () => {}): Service {
  return new Service({
    version: "0.0.0-test",
    folders: [],
    allowIndex: true,
    includeDiscord: false,
    galleryFile: "/nowhere",
    openLibrary: async () => standInLibrary([pictureNamed("dog.jpg")], overrides),
    log,
  });
}

async function start(
  options: Partial<HttpOptions> = {},
  overrides: StandInOverrides = {},
  log?: (line: string) => void,
): Promise<Listening> {
  const service = testService(overrides, log);
  const listening = await listen(service, { host: "127.0.0.1", port: 0, token: TOKEN, ...options });
  onTestFinished(async () => {
    await Promise.all([listening.sessions.close(), listening.sessionless.close()]);
    listening.server.closeAllConnections();
    listening.server.close();
    await service.close();
  });
  return listening;
}

async function connect({ url, token }: Listening): Promise<Client> {
  const client = new Client({ name: "test", version: "0" });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** A plain request, since `fetch` does not allow setting Host. */
function send(
  { url }: Listening,
  { method = "POST", path = "/mcp", body = "", ...more }: Record<string, string> = {},
): Promise<Reply> {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    ...more,
  };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status = 0, headers: got } = response;
        resolve({ status, headers: got, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const hello = JSON.stringify(initialize);

test("the SDK's client works over HTTP, two at a time", async () => {
  const listening = await start();
  const [one, two] = await Promise.all([connect(listening), connect(listening)]);
  const answers = await Promise.all(
    [one, two].map((client) => callTool(client, "search_images", { query: "dog" })),
  );
  for (const { data } of answers) expect(data).toMatchObject({ searched: 1 });
  expect(listening.sessions.size).toBe(2);
});

test("two hundred parallel calls over HTTP are all answered", async () => {
  const client = await connect(await start());
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => callTool(client, "search_images", { query: "dog" })),
  );
  expect(answers.every(({ isError }) => !isError)).toBe(true);
});

test("no token, a wrong one or one in the address is rejected", async () => {
  const listening = await start();
  for (const authorization of ["", "Bearer wrong", `Basic ${TOKEN}`, `Bearer ${TOKEN} `.repeat(2)]) {
    const { status, headers } = await send(listening, { body: hello, authorization });
    expect(status, authorization).toBe(401);
    expect(headers["www-authenticate"]).toContain("Bearer");
  }
  const inAddress = await send(listening, { body: hello, authorization: "", path: `/mcp?token=${TOKEN}` });
  expect(inAddress.status).toBe(401);
  expect(listening.sessions.size).toBe(0);
});

test("another Host or Origin is rejected before the token is checked", async () => {
  const listening = await start();
  for (const headers of [
    { host: "evil.example" },
    { host: "evil.example:7411" },
    { host: "127.0.0.1.evil.example" },
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "http://localhost.evil.example" },
    { origin: "chrome-extension://abc" },
  ]) {
    const { status } = await send(listening, { body: hello, ...headers });
    expect(status, JSON.stringify(headers)).toBe(403);
  }
  for (const headers of [{ host: "localhost" }, { origin: "http://localhost:6274" }]) {
    expect((await send(listening, { body: hello, ...headers })).status).toBe(200);
  }
});

test("a page of this machine may read the answers, one from elsewhere may not", async () => {
  const listening = await start();
  const preflight = (origin: string) =>
    send(listening, {
      method: "OPTIONS",
      authorization: "",
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,mcp-protocol-version",
    });
  const asked = await preflight("http://localhost:6274");
  expect(asked.status).toBe(204);
  expect(asked.headers["access-control-allow-origin"]).toBe("http://localhost:6274");
  for (const header of ["authorization", "mcp-session-id", "mcp-protocol-version"])
    expect(String(asked.headers["access-control-allow-headers"]).toLowerCase()).toContain(header);
  const foreign = await preflight("http://evil.example");
  expect(foreign.status).toBe(403);
  expect(foreign.headers["access-control-allow-origin"]).toBeUndefined();
  const without = await send(listening, { origin: "http://localhost:6274", authorization: "" });
  expect(without.status).toBe(401);
  expect(without.headers["access-control-allow-origin"]).toBe("http://localhost:6274");
  expect(String(without.headers["access-control-expose-headers"]).toLowerCase()).toContain("mcp-session-id");
});

test("further host names are allowed only when they are listed", async () => {
  const listening = await start({ allowedHosts: ["pictures.home"] });
  expect((await send(listening, { body: hello, host: "pictures.home:80" })).status).toBe(200);
  expect((await send(listening, { body: hello, host: "other.home" })).status).toBe(403);
});

test("an address that other machines reach needs a token of the operator's own", async () => {
  const service = testService();
  for (const host of ["0.0.0.0", "::", "192.168.1.2"]) {
    await expect(listen(service, { host, port: 0 })).rejects.toThrow("GLIMPSE_MCP_TOKEN");
  }
});

test("a taken port is a usage error that names --port", async () => {
  const { server } = await start();
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  await expect(listen(testService(), { host: "127.0.0.1", port })).rejects.toThrow("--port");
});

test("a generated token is printed once, a configured one never", async () => {
  for (const token of [undefined, TOKEN]) {
    const lines: string[] = [];
    const service = new Service({
      version: "0",
      folders: [],
      allowIndex: false,
      includeDiscord: false,
      galleryFile: "/nowhere",
      openLibrary: async () => standInLibrary([]),
      log: (line) => lines.push(line),
    });
    const stop = new AbortController();
    const served = serveHttp(service, { host: "127.0.0.1", port: 0, token }, stop.signal);
    await waitUntil(() => lines.some((line) => line.includes("listening")));
    stop.abort();
    await served;
    expect(lines.filter((line) => line.includes("token"))).toHaveLength(token === undefined ? 1 : 0);
    expect(lines.join()).not.toContain(TOKEN);
  }
});

test("bodies that are too large or no JSON, unknown sessions, paths, methods and hosts each have their status", async () => {
  const listening = await start();
  const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const statuses = await Promise.all([
    send(listening, { body: "x".repeat(4 * 1024 * 1024 + 1) }),
    send(listening, { body: "x".repeat(4 * 1024 * 1024 + 1), "transfer-encoding": "chunked" }),
    send(listening, { body: "{" }),
    send(listening, { body: list }),
    send(listening, { body: list, "mcp-session-id": "made-up" }),
    send(listening, { method: "GET" }),
    send(listening, { method: "PUT" }),
    send(listening, { method: "HEAD" }),
    send(listening, { path: "/other" }),
    send(listening, { host: "localhost:99999" }),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([413, 413, 400, 400, 404, 400, 405, 405, 404, 400]);
  expect(listening.sessions.size).toBe(0);
});

test("a rejected request gets a JSON-RPC error that belongs to no request", async () => {
  const { headers, body } = await send(await start(), { body: "{" });
  expect(headers["content-type"]).toBe("application/json");
  expect(JSON.parse(body)).toEqual({
    jsonrpc: "2.0",
    error: { code: -32700, message: "The body is not JSON." },
    id: null,
  });
});

test("a session ends by DELETE", async () => {
  const listening = await start();
  const { headers } = await send(listening, { body: hello });
  const session = { "mcp-session-id": String(headers["mcp-session-id"]) };
  expect((await send(listening, { method: "DELETE", ...session })).status).toBe(200);
  expect(listening.sessions.size).toBe(0);
  expect((await send(listening, { method: "DELETE", ...session })).status).toBe(404);
});

const sessionOf = (reply: Reply) => ({ "mcp-session-id": String(reply.headers["mcp-session-id"]) });
const ping = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "ping" });

test("idle sessions end", async () => {
  const listening = await start({ idleMs: 300 });
  expect((await send(listening, { body: hello })).status).toBe(200);
  await waitUntil(() => listening.sessions.size === 0);
});

test("at the limit the least recently used session is evicted, even if it listens on a stream", async () => {
  const listening = await start({ maxSessions: 3 });
  const clients = [await connect(listening), await connect(listening)];
  const third = sessionOf(await send(listening, { body: hello }));
  // Each client of the SDK keeps a stream open on its own.
  await clients[0]?.ping();
  const fourth = sessionOf(await send(listening, { body: hello }));
  expect(listening.sessions.size).toBe(3);
  await clients[0]?.ping();
  await expect(clients[1]?.ping()).rejects.toThrow(/Session not found/);
  for (const session of [third, fourth])
    expect((await send(listening, { body: ping, ...session })).status).toBe(200);
});

test("a session with a pending request is never evicted", async () => {
  const started: ((reason: Error) => void)[] = [];
  const find = () => new Promise<never>((_, reject) => started.push(reject));
  const listening = await start({ maxSessions: 1 }, { find });
  const client = await connect(listening);
  const call = callTool(client, "search_images", { query: "dog" });
  await waitUntil(() => started.length > 0);
  expect((await send(listening, { body: hello })).status).toBe(503);
  started[0]?.(new Error("stopped by the test"));
  await call;
  expect((await send(listening, { body: hello })).status).toBe(200);
});

describe("connections without the token", () => {
  function hold({ url }: Listening, count: number, sent: string): Promise<Socket[]> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const socket = createConnection(Number(new URL(url).port), "127.0.0.1");
        onTestFinished(() => void socket.destroy());
        socket.on("error", () => undefined);
        await once(socket, "connect");
        socket.write(sent);
        return socket;
      }),
    );
  }

  test.each([
    ["silent", ""],
    ["half a request", "POST /mcp HTTP/1.1\r\nHost: localhost\r\n"],
  ])("lock no client out, however many there are (%s)", async (_, sent) => {
    const listening = await start();
    await hold(listening, 400, sent);
    const client = await connect(listening);
    expect(await callTool(client, "search_images", { query: "dog" })).toMatchObject({ isError: false });
  });

  test("are closed when they send no request in time, and with their rejection", async () => {
    const listening = await start({ headersMs: 100 });
    const [silent] = await hold(listening, 1, "POST /mcp HTTP/1.1\r\n");
    silent?.resume();
    if (silent) await once(silent, "close");
    const refused = await send(listening, { body: hello, authorization: "Bearer wrong" });
    expect(refused).toMatchObject({ status: 401, headers: { connection: "close" } });
  });
});

test("a client that goes away in the middle of its request, or of the answer, is no error", async () => {
  const lines: string[] = [];
  const started: ((reason: Error) => void)[] = [];
  const find = () => new Promise<never>((_, reject) => started.push(reject));
  const listening = await start({}, { find }, (line) => lines.push(line));
  const session = sessionOf(await send(listening, { body: hello }));
  const call = { name: "search_images", arguments: { query: "dog" } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params: call });
  const head = [
    "POST /mcp HTTP/1.1",
    "Host: localhost",
    `Authorization: Bearer ${TOKEN}`,
    "Content-Type: application/json",
    "Accept: application/json, text/event-stream",
    `Content-Length: ${body.length}`,
    ...Object.entries(session).map(([name, value]) => `${name}: ${value}`),
    "\r\n",
  ].join("\r\n");
  for (const sent of [body.slice(0, 20), body]) {
    const socket = createConnection(Number(new URL(listening.url).port), "127.0.0.1");
    const [served] = (await once(listening.server, "connection")) as [Socket];
    const arrived = once(listening.server, "request");
    socket.write(head + sent);
    await arrived;
    if (sent === body) await waitUntil(() => started.length > 0);
    const closed = new Promise((resolve) => served.on("close", resolve));
    socket.destroy();
    await closed;
  }
  expect((await send(listening, { body: ping, ...session })).status).toBe(200);
  expect(lines).toEqual([]);
  started[0]?.(new Error("stopped by the test"));
});

test("an initialize that the protocol rejects leaves no session", async () => {
  const listening = await start();
  const refused = await send(listening, { body: hello, accept: "text/html" });
  expect(refused.status).toBe(406);
  expect(listening.sessions.size).toBe(0);
});
