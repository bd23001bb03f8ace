import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { createMcpHandler, isLegacyRequest, type McpHttpHandler } from "@modelcontextprotocol/server";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { UsageError } from "../core/index.ts";
import { hostInUrl, isLoopback } from "../shared/http-hosts.ts";
import { UnauthenticatedConnections } from "./http-connections.ts";
import { errorCodes, errorResponse } from "./http-error.ts";
import { callerOf, type GateRules, isPageAllowed, originRejection, type Rejection } from "./http-gate.ts";
import { RequestRate } from "./http-rate.ts";
import { HttpSessions, type SessionLimits } from "./http-sessions.ts";
import type { OAuthOptions } from "./oauth.ts";
import { repairMessage } from "./repair-message.ts";
import { createServer as createProtocolServer } from "./server.ts";
import type { Service } from "./service.ts";
import { untrusted } from "./untrusted-text.ts";

const PATH = "/mcp";
const METHODS = ["GET", "POST", "DELETE"];
/** What clients in a browser send besides the plain ones. */
const PAGE_HEADERS = [
  "Accept",
  "Authorization",
  "Content-Type",
  "Last-Event-ID",
  "MCP-Protocol-Version",
  "Mcp-Method",
  "Mcp-Name",
  "Mcp-Session-Id",
];
const PREFLIGHT_SECONDS = 600;
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const REQUESTS_PER_MINUTE = 600;
const MAX_CLIENT_CONNECTIONS = 256;
const MAX_UNAUTHENTICATED = 64;
/** Clients send their headers at once. */
const HEADERS_MS = 5000;
/** For headers and body together. */
const REQUEST_MS = 60_000;
const TIMEOUT_CHECK_MS = 1000;

export interface HttpOptions extends SessionLimits {
  /** Default 127.0.0.1. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Generated and printed once when absent, which is allowed on loopback addresses only; none is where there is an issuer. */
  readonly token?: string | undefined;
  /** Whose access tokens let in, too. */
  readonly oauth?: OAuthOptions | undefined;
  /** How many requests each caller may make. Default 600. */
  readonly requestsPerMinute?: number | undefined;
  /** Further names in Host and Origin, for a server that other machines reach. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** How long a connection may take to send a request's headers. Default 5000. */
  readonly headersMs?: number | undefined;
}

/** Serves any number of clients over Streamable HTTP until `signal` aborts. */
export async function serveHttp(service: Service, options: HttpOptions, signal: AbortSignal): Promise<void> {
  const { server, sessions, sessionless, url, token } = await listen(service, options);
  service.log(`listening on ${url}`);
  if (token !== undefined && !options.token) service.log(`token of this start: ${token}`);
  if (options.oauth?.users.length === 0 && options.oauth.scopes.length === 0)
    service.log(
      `whomever ${options.oauth.issuer} gives a token for this server sees its pictures; --oauth-user names some`,
    );
  if (!signal.aborted) await once(signal, "abort");
  await Promise.all([sessions.close(), sessionless.close()]);
  server.closeAllConnections();
  server.close();
}

export interface Listening {
  readonly server: Server;
  readonly sessions: HttpSessions;
  /** For clients of 2026-07-28 and later. */
  readonly sessionless: McpHttpHandler;
  readonly url: string;
  readonly token: string | undefined;
}

/** @throws UsageError when other machines can reach the address and no token is configured, or when it is taken */
export async function listen(service: Service, options: HttpOptions): Promise<Listening> {
  const { host, port } = options;
  if (!options.token && !options.oauth && !isLoopback(host)) {
    throw new UsageError(
      `Other machines can reach ${host}. Set a token in GLIMPSE_MCP_TOKEN or name an issuer of tokens with --oauth-issuer first, or listen on 127.0.0.1.`,
    );
  }
  const oauth = options.oauth && new (await import("./oauth.ts")).OAuthResource(options.oauth, PATH);
  const token = options.token || (oauth ? undefined : randomBytes(24).toString("base64url"));
  const hosts = [host, ...(options.allowedHosts ?? []), ...(oauth ? [oauth.url.hostname] : [])];
  const rate = new RequestRate(options.requestsPerMinute ?? REQUESTS_PER_MINUTE);
  const sessions = new HttpSessions(service, options);
  const unauthenticated = new UnauthenticatedConnections(MAX_UNAUTHENTICATED);
  const sessionless = createMcpHandler(() => createProtocolServer(service), {
    legacy: "reject",
    onerror: (error) => service.log(`protocol: ${untrusted(error.message, 300)}`),
  });
  const app = createApp({ service, sessions, sessionless, unauthenticated, rate, hosts, token, oauth });
  const server = createServer(timeouts(options), getRequestListener(app.fetch, { errorHandler: malformed }));
  server.maxConnections = MAX_CLIENT_CONNECTIONS + MAX_UNAUTHENTICATED;
  server.on("connection", (socket) => unauthenticated.add(socket));
  server.listen(port, host);
  await once(server, "listening").catch((error: unknown) => {
    throw new UsageError(`Cannot listen on ${host}:${port}: ${String(error)}. Choose another --port.`);
  });
  return { server, sessions, sessionless, url: urlOf(server, host), token };
}

interface AppDependencies extends GateRules {
  readonly service: Service;
  readonly sessions: HttpSessions;
  readonly sessionless: McpHttpHandler;
  readonly unauthenticated: UnauthenticatedConnections;
  readonly rate: RequestRate;
}

/** `caller`: who sent the request, once that is known. */
type Env = { Bindings: HttpBindings; Variables: { caller: string } };

function createApp({ service, sessions, sessionless, ...gate }: AppDependencies): Hono<Env> {
  const app = new Hono<Env>();
  app.use(allowPages(gate));
  app.use(keepForeignOut(gate));
  for (const path of gate.oauth?.metadataPaths ?? [])
    app.get(path, (context) => context.json(gate.oauth?.metadata));
  app.use(authenticate(gate));
  app.use(PATH, allowMethods);
  app.post(PATH, bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }), async (context) => {
    const body = await jsonOf(context);
    if (!body) return notJson();
    const { value: parsedBody } = body;
    repairMessage(parsedBody);
    const { raw } = context.req;
    return (await isLegacyRequest(raw, parsedBody))
      ? sessions.handle(context, parsedBody, context.get("caller"))
      : sessionless.fetch(raw, { parsedBody });
  });
  app.on(["GET", "DELETE"], PATH, (context) => sessions.handle(context, undefined, context.get("caller")));
  app.notFound(() => errorResponse(404, errorCodes.rejected, `The endpoint is ${PATH}.`));
  app.onError((error, { req }) => {
    // The client went away: nobody is left to answer, and nothing went wrong here.
    if (req.raw.signal.aborted) return new Response(null, { status: 499 });
    service.log(`http: ${error.stack ?? error}`);
    return errorResponse(
      500,
      errorCodes.internalError,
      "Something went wrong inside Glimpse; its log has the details.",
    );
  });
  return app;
}

function keepForeignOut({ hosts }: GateRules): MiddlewareHandler<Env> {
  return async ({ env: { incoming } }, next) => {
    const rejection = originRejection(incoming, hosts);
    return rejection ? rejected(rejection) : next();
  };
}

/** Ends requests without a token that lets in, and their connection with them; and those of a caller who makes too many. */
function authenticate({
  unauthenticated,
  rate,
  ...rules
}: GateRules & Pick<AppDependencies, "unauthenticated" | "rate">): MiddlewareHandler<Env> {
  return async (context, next) => {
    const { incoming } = context.env;
    const answer = await callerOf(incoming, rules);
    if ("status" in answer) return rejected(answer);
    unauthenticated.remove(incoming.socket);
    const seconds = rate.take(answer.caller);
    if (seconds > 0) return tooMany(seconds);
    context.set("caller", answer.caller);
    return next();
  };
}

const rejected = ({ status, reason, headers }: Rejection) =>
  errorResponse(status, errorCodes.rejected, reason, { ...headers, connection: "close" });

const tooMany = (seconds: number) =>
  errorResponse(429, errorCodes.rejected, `Too many requests. Try again in ${seconds} s.`, {
    "retry-after": String(seconds),
  });

/** Pages of this machine, and of further names that are allowed, may read the answers; a browser asks first, without the token. */
function allowPages({ hosts }: GateRules): MiddlewareHandler<Env> {
  const allow = cors({
    origin: (origin) => origin,
    allowMethods: METHODS,
    allowHeaders: PAGE_HEADERS,
    exposeHeaders: ["Mcp-Session-Id", "WWW-Authenticate", "Retry-After"],
    maxAge: PREFLIGHT_SECONDS,
  });
  return async (context, next) =>
    isPageAllowed(context.env.incoming, hosts) ? allow(context, next) : next();
}

/** Hono alone would answer HEAD by the handler of GET, which opens a stream. */
const allowMethods: MiddlewareHandler<Env> = async ({ req }, next) => {
  if (METHODS.includes(req.method)) return next();
  return errorResponse(405, errorCodes.rejected, `Use ${METHODS.join(", ")}.`, { allow: METHODS.join(", ") });
};

/** Undefined when the body is not JSON. */
async function jsonOf(context: Context<Env>): Promise<{ readonly value: unknown } | undefined> {
  const text = await context.req.text();
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const tooLarge = () =>
  errorResponse(413, errorCodes.rejected, `A request holds at most ${MAX_BODY_BYTES} bytes.`, {
    connection: "close",
  });

const notJson = () => errorResponse(400, errorCodes.parseError, "The body is not JSON.");

/** For requests whose Host or path make no address: they never reach the app. */
const malformed = () =>
  errorResponse(400, errorCodes.rejected, "The request's Host or path is malformed.", {
    connection: "close",
  });

function timeouts({ headersMs = HEADERS_MS }: HttpOptions) {
  return {
    headersTimeout: headersMs,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, headersMs),
  };
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return `http://${hostInUrl(host)}:${port}${PATH}`;
}
