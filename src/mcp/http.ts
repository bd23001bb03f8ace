import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { UsageError } from "../core/index.ts";
import { type GateRules, isLoopback, rejectionOf } from "./http-gate.ts";
import { HttpSessions, type SessionLimits } from "./http-sessions.ts";
import { Strangers } from "./http-strangers.ts";
import type { Service } from "./service.ts";

const PATH = "/mcp";
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_CLIENT_CONNECTIONS = 256;
const MAX_STRANGERS = 64;
/** Clients send their headers at once. */
const HEADERS_MS = 5000;
/** For the body as well. */
const REQUEST_MS = 60_000;
const TIMEOUT_CHECK_MS = 1000;

export interface HttpOptions extends SessionLimits {
  /** Default 127.0.0.1. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Made up and printed once when absent, which only a loopback address allows. */
  readonly token?: string | undefined;
  /** Further names in Host and Origin, for a server that other machines reach. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** How long a connection may take to send a request's headers. Default 5000. */
  readonly headersMs?: number | undefined;
}

/** Serves any number of clients over Streamable HTTP until `signal` says to stop. */
export async function serveHttp(service: Service, options: HttpOptions, signal: AbortSignal): Promise<void> {
  const { server, sessions, url, token } = await listen(service, options);
  service.log(`listening on ${url}`);
  if (!options.token) service.log(`token of this start: ${token}`);
  if (!signal.aborted) await once(signal, "abort");
  await sessions.close();
  server.closeAllConnections();
  server.close();
}

export interface Listening {
  readonly server: Server;
  readonly sessions: HttpSessions;
  readonly url: string;
  readonly token: string;
}

/** @throws UsageError when the address is open to others without a token of the operator's own, or is taken */
export async function listen(service: Service, options: HttpOptions): Promise<Listening> {
  const { host, port } = options;
  if (!options.token && !isLoopback(host)) {
    throw new UsageError(
      `Other machines can reach ${host}. Set a token in GLIMPSE_MCP_TOKEN first, or listen on 127.0.0.1.`,
    );
  }
  const token = options.token || randomBytes(24).toString("base64url");
  const hosts = [host, ...(options.allowedHosts ?? [])];
  const sessions = new HttpSessions(service, options);
  const strangers = new Strangers(MAX_STRANGERS);
  const timeouts = {
    headersTimeout: options.headersMs ?? HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, options.headersMs ?? HEADERS_MS),
  };
  const server = createServer(timeouts, (request, response) => {
    answer(request, response, { sessions, strangers, hosts, token }).catch((error: unknown) => {
      service.log(`http: ${error instanceof Error ? error.stack : String(error)}`);
      reject(response, 500, -32603, "Something went wrong inside Glimpse; its log has the details.");
    });
  });
  server.maxConnections = MAX_CLIENT_CONNECTIONS + MAX_STRANGERS;
  server.on("connection", (socket) => strangers.meet(socket));
  server.listen(port, host);
  await once(server, "listening").catch((error: unknown) => {
    throw new UsageError(`Cannot listen on ${host}:${port}: ${String(error)}. Choose another --port.`);
  });
  return { server, sessions, url: urlOf(server, host), token };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { sessions, strangers, ...rules }: GateRules & { sessions: HttpSessions; strangers: Strangers },
): Promise<void> {
  const refusal = rejectionOf(request, rules);
  if (refusal) {
    const headers = { ...refusal.headers, connection: "close" };
    return reject(response, refusal.status, -32000, refusal.reason, headers);
  }
  strangers.admit(request.socket);
  if (request.url?.split("?")[0] !== PATH) return reject(response, 404, -32000, `The endpoint is ${PATH}.`);
  if (!["GET", "POST", "DELETE"].includes(request.method ?? "")) {
    return reject(response, 405, -32000, "Use POST, GET or DELETE.", { allow: "GET, POST, DELETE" });
  }
  const body = request.method === "POST" ? await readJson(request) : undefined;
  if (body === "too large") {
    return reject(response, 413, -32000, `A request holds at most ${MAX_BODY_BYTES} bytes.`, {
      connection: "close",
    });
  }
  if (body === "not JSON") return reject(response, 400, -32700, "The body is not JSON.");
  const failure = await sessions.handle(request, response, body?.value);
  if (failure) reject(response, failure.status, failure.code, failure.reason);
}

async function readJson(
  request: IncomingMessage,
): Promise<{ readonly value: unknown } | "too large" | "not JSON"> {
  if (Number(request.headers["content-length"]) > MAX_BODY_BYTES) return "too large";
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return "too large";
    chunks.push(chunk);
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch {
    return "not JSON";
  }
}

function reject(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null }));
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}${PATH}`;
}
