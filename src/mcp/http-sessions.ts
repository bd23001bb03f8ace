import { randomUUID } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import type { Context } from "hono";
import { errorCodes, errorResponse } from "./http-error.ts";
import { createServer } from "./server.ts";
import type { Service } from "./service.ts";

const MAX_SESSIONS = 32;
const IDLE_MS = 30 * 60 * 1000;

type HttpContext = Context<{ Bindings: HttpBindings; Variables: { caller: string } }>;

interface Session {
  /** Who began it: nobody else may use it. */
  readonly caller: string;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly close: () => Promise<void>;
  /** When the client last sent a request, or received the end of a response. */
  lastUsed: number;
  /** Requests whose response has not ended. */
  pending: number;
  /** Open streams for messages that the server sends by itself. */
  listening: number;
}

export interface SessionLimits {
  readonly maxSessions?: number | undefined;
  readonly idleMs?: number | undefined;
}

/**
 * The clients of one HTTP server that speak the protocol up to 2025-11-25, which cancel a call by another request: each
 * has its own protocol state, all share the service. The least recently used session is evicted by hand, because no cache
 * knows that one with a pending request must stay.
 */
export class HttpSessions {
  readonly #service: Service;
  readonly #maxSessions: number;
  readonly #sessions = new Map<string, Session>();
  readonly #sweep: NodeJS.Timeout;

  constructor(service: Service, { maxSessions = MAX_SESSIONS, idleMs = IDLE_MS }: SessionLimits = {}) {
    this.#service = service;
    this.#maxSessions = maxSessions;
    this.#sweep = setInterval(() => this.#evictIdle(idleMs), Math.min(idleMs, 30_000));
    this.#sweep.unref();
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Passes the request to its session. `body` is the parsed JSON of a POST, `caller` who sent it. */
  async handle(context: HttpContext, body: unknown, caller: string): Promise<Response> {
    const id = context.req.header("mcp-session-id");
    if (id !== undefined) {
      const session = this.#sessions.get(id);
      return session?.caller === caller ? this.#serve(session, context, body) : sessionNotFound();
    }
    if (context.req.method !== "POST" || !isInitialize(body)) return noSession();
    if (this.#sessions.size >= this.#maxSessions && !this.#evictLeastRecentlyUsed()) return allBusy();
    return this.#begin(context, body, caller);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#sessions.values()].map(({ close }) => close()));
  }

  async #begin(context: HttpContext, body: unknown, caller: string): Promise<Response> {
    const id = randomUUID();
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
    const server = createServer(this.#service);
    server.onclose = () => this.#sessions.delete(id);
    const close = () => server.close();
    const session = { caller, transport, close, lastUsed: Date.now(), pending: 0, listening: 0 };
    this.#sessions.set(id, session);
    let response: Response | undefined;
    try {
      await server.connect(transport);
      response = await this.#serve(session, context, body);
      return response;
    } finally {
      // A client whose initialize was rejected never learned of this session.
      if (response === undefined || response.status >= 400) await session.close();
    }
  }

  #serve(session: Session, { req, env }: HttpContext, body: unknown): Promise<Response> {
    const kind = req.method === "GET" ? "listening" : "pending";
    session[kind] += 1;
    session.lastUsed = Date.now();
    env.outgoing.once("close", () => {
      session[kind] -= 1;
      if (kind === "pending") session.lastUsed = Date.now();
    });
    return session.transport.handleRequest(req.raw, { parsedBody: body });
  }

  /** Evicts sessions whose client has neither sent a request nor listened for longer than `ms`. */
  #evictIdle(ms: number): void {
    for (const [id, { pending, listening, lastUsed }] of this.#sessions) {
      if (pending + listening === 0 && Date.now() - lastUsed >= ms) this.#evict(id);
    }
  }

  /**
   * Makes room for a new client. A client that only listens counts as idle; it begins a new session with its next
   * request.
   * @returns false when every session has a pending request
   */
  #evictLeastRecentlyUsed(): boolean {
    const idle = [...this.#sessions].filter(([, { pending }]) => pending === 0);
    const [oldest] = idle.sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    if (oldest === undefined) return false;
    this.#evict(oldest[0]);
    return true;
  }

  #evict(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    session?.close().catch((error: unknown) => this.#service.log(`closing a session: ${String(error)}`));
  }
}

const sessionNotFound = () =>
  errorResponse(404, errorCodes.sessionNotFound, "Session not found: it has ended. Initialize again.");

const noSession = () =>
  errorResponse(400, errorCodes.rejected, "No session: send initialize first, then its Mcp-Session-Id.");

const allBusy = () =>
  errorResponse(503, errorCodes.rejected, "Every session is busy. End one, or try again in a minute.");

function isInitialize(body: unknown): boolean {
  return typeof body === "object" && body !== null && "method" in body && body.method === "initialize";
}
