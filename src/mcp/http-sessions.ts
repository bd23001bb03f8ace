import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { createServer } from "./server.ts";
import type { Service } from "./service.ts";

const MAX_SESSIONS = 32;
const IDLE_MS = 30 * 60 * 1000;

interface Session {
  readonly transport: StreamableHTTPServerTransport;
  readonly close: () => Promise<void>;
  /** When the client last sent something, or got the end of an answer. */
  lastUsed: number;
  /** Requests that wait for their answer. */
  working: number;
  /** Open streams on which the client waits for what the server may send by itself. */
  listening: number;
}

export interface HttpFailure {
  readonly status: number;
  readonly code: number;
  readonly reason: string;
}

export interface SessionLimits {
  readonly maxSessions?: number | undefined;
  readonly idleMs?: number | undefined;
}

/** The clients of one HTTP server: each has its own protocol state, all share the service. */
export class HttpSessions {
  readonly #service: Service;
  readonly #maxSessions: number;
  readonly #sessions = new Map<string, Session>();
  readonly #sweep: NodeJS.Timeout;

  constructor(service: Service, { maxSessions = MAX_SESSIONS, idleMs = IDLE_MS }: SessionLimits = {}) {
    this.#service = service;
    this.#maxSessions = maxSessions;
    this.#sweep = setInterval(() => this.#endIdle(idleMs), Math.min(idleMs, 30_000));
    this.#sweep.unref();
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Hands the request to its session, or says why there is none. `body` is the parsed JSON of a POST. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
  ): Promise<HttpFailure | undefined> {
    const id = request.headers["mcp-session-id"];
    if (typeof id === "string") {
      const session = this.#sessions.get(id);
      if (!session)
        return { status: 404, code: -32001, reason: "Session not found: it has ended. Initialize again." };
      await this.#serve(session, request, response, body);
      return undefined;
    }
    if (request.method !== "POST" || !isInitialize(body)) {
      return {
        status: 400,
        code: -32000,
        reason: "No session: send initialize first, then its Mcp-Session-Id.",
      };
    }
    if (this.#sessions.size >= this.#maxSessions && !this.#endLeastRecentlyUsed()) {
      return {
        status: 503,
        code: -32000,
        reason: "Too many sessions are at work. End one, or try again in a minute.",
      };
    }
    await this.#begin(request, response, body);
    return undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#sessions.values()].map(({ close }) => close()));
  }

  async #begin(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    const id = randomUUID();
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => id });
    const server = createServer(this.#service);
    server.onclose = () => this.#sessions.delete(id);
    const close = () => server.close();
    const session = { transport, close, lastUsed: Date.now(), working: 0, listening: 0 };
    this.#sessions.set(id, session);
    try {
      await server.connect(transport);
      await this.#serve(session, request, response, body);
    } finally {
      // It was refused: the client never learned of this session.
      if (response.statusCode >= 400 || transport.sessionId === undefined) await session.close();
    }
  }

  async #serve(
    session: Session,
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
  ): Promise<void> {
    const kind = request.method === "GET" ? "listening" : "working";
    session[kind] += 1;
    session.lastUsed = Date.now();
    response.once("close", () => {
      session[kind] -= 1;
      if (kind === "working") session.lastUsed = Date.now();
    });
    await session.transport.handleRequest(request, response, body);
  }

  /** Ends sessions whose client has neither asked anything nor listened for longer than `ms`. */
  #endIdle(ms: number): void {
    for (const [id, { working, listening, lastUsed }] of this.#sessions) {
      if (working + listening === 0 && Date.now() - lastUsed >= ms) this.#end(id);
    }
  }

  /**
   * Makes room for a newcomer at the cost of the client that has been silent longest; one that only listens is
   * silent too. It begins a new session with its next request.
   * @returns false when every session is at work
   */
  #endLeastRecentlyUsed(): boolean {
    const silent = [...this.#sessions].filter(([, { working }]) => working === 0);
    const [first] = silent.sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
    if (first === undefined) return false;
    this.#end(first[0]);
    return true;
  }

  #end(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    session?.close().catch((error: unknown) => this.#service.log(`ending a session: ${String(error)}`));
  }
}

function isInitialize(body: unknown): boolean {
  return typeof body === "object" && body !== null && "method" in body && body.method === "initialize";
}
