import type { Server } from "node:http";
import { Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

interface Session {
  readonly id: string;
  /** Every dispatch of the session, for a resume. */
  readonly sent: { op: 0; s: number; t: string; d: unknown }[];
  socket: WebSocket | undefined;
  intents: number;
  /** Which shard of how many. */
  readonly shard: readonly [number, number];
}

export interface GatewayParts {
  readonly server: Server;
  /** The READY payload without its session fields. */
  readonly ready: (shard: readonly [number, number]) => object;
  /** Called after READY was sent: one GUILD_CREATE each. */
  readonly afterReady: (shard: readonly [number, number]) => void;
}

interface Payload {
  readonly op: number;
  readonly d: {
    token?: string;
    intents?: number;
    session_id?: string;
    seq?: number;
    shard?: [number, number];
  } | null;
}

/** Hello, identify or resume, heartbeats, dispatches in sequence: what a client needs of Discord's gateway. */
export class FakeGateway {
  readonly #parts: GatewayParts;
  readonly #sockets: WebSocketServer;
  readonly #sessions = new Map<string, Session>();
  /** Discord's own is 41 seconds. */
  heartbeatMs = 500;
  /** How often clients identified and resumed. */
  identifies = 0;
  /** When, and which shard. */
  readonly identified: { readonly at: number; readonly shard: number }[] = [];
  resumes = 0;
  intents = 0;
  /** Intents that the "portal" does not grant; requesting one closes the connection with 4014. */
  refusedIntents = 0;
  /** The next resume is answered with op 9 false. */
  refuseResume = false;
  /** While true, connections are refused: the bot is cut off. */
  offline = false;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#sockets = new WebSocketServer({ server: parts.server });
    this.#sockets.on("connection", (socket) => this.#greet(socket));
  }

  get connected(): boolean {
    return [...this.#sessions.values()].some((session) => session.socket !== undefined);
  }

  /** Sends an event to every session; a session that is cut off gets it when it resumes. */
  dispatch(type: string, data: unknown): void {
    const guildId = guildOf(type, data);
    for (const session of this.#sessions.values())
      if (guildId === undefined || ownsGuild(session.shard, guildId)) this.#send(session, type, data);
  }

  /** What an action had sent as an event of this kind, to be sent again. */
  lastDispatch<Result>(
    type: string,
    act: () => Result,
  ): { readonly result: Result; readonly payload: unknown } {
    const result = act();
    const all = [...this.#sessions.values()].flatMap(({ sent }) => sent.filter(({ t }) => t === type));
    return { result, payload: all.at(-1)?.d };
  }

  /** Cuts the connection without a word; sessions stay resumable. */
  drop(code?: number): void {
    for (const socket of this.#sockets.clients) code ? socket.close(code) : socket.terminate();
  }

  /** Says goodbye and does not hang up, as a gateway behind a proxy may that goes away. */
  closeWithoutHangingUp(code: number): void {
    for (const socket of this.#sockets.clients) {
      const raw = z.custom<Socket>((value) => value instanceof Socket).parse(Reflect.get(socket, "_socket"));
      raw.pause();
      raw.write(Buffer.from([0x88, 0x02, code >> 8, code & 0xff]));
    }
  }

  /** Op 9 false: the session is gone, and what is sent meanwhile is never replayed. */
  invalidate(): void {
    for (const session of this.#sessions.values()) {
      session.socket?.send(JSON.stringify({ op: 9, d: false }));
      session.socket = undefined;
    }
    this.#sessions.clear();
  }

  forgetSessions(): void {
    this.#sessions.clear();
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
  }

  #greet(socket: WebSocket): void {
    if (this.offline) {
      socket.terminate();
      return;
    }
    let session: Session | undefined;
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: this.heartbeatMs } }));
    socket.on("message", (raw) => {
      const payload: Payload = JSON.parse(String(raw));
      if (payload.op === 1) socket.send(JSON.stringify({ op: 11 }));
      if (payload.op === 2) session = this.#identify(socket, payload);
      if (payload.op === 6) session = this.#resume(socket, payload);
    });
    socket.on("close", () => {
      if (session?.socket === socket) session.socket = undefined;
    });
  }

  #identify(socket: WebSocket, payload: Payload): Session | undefined {
    this.identifies += 1;
    this.intents = payload.d?.intents ?? 0;
    if (this.intents & this.refusedIntents) {
      socket.close(4014);
      return undefined;
    }
    const shard = payload.d?.shard ?? [0, 1];
    this.identified.push({ at: performance.now(), shard: shard[0] });
    const session: Session = { id: `s${this.identifies}`, sent: [], socket, intents: this.intents, shard };
    this.#sessions.set(session.id, session);
    this.#send(session, "READY", { ...this.#parts.ready(shard), session_id: session.id });
    this.#parts.afterReady(shard);
    return session;
  }

  #resume(socket: WebSocket, payload: Payload): Session | undefined {
    const session = this.#sessions.get(payload.d?.session_id ?? "");
    if (!session || this.refuseResume) {
      this.refuseResume = false;
      this.#sessions.clear();
      socket.send(JSON.stringify({ op: 9, d: false }));
      return undefined;
    }
    this.resumes += 1;
    session.socket = socket;
    for (const missed of session.sent.filter(({ s }) => s > (payload.d?.seq ?? 0))) {
      socket.send(JSON.stringify(missed));
    }
    this.#send(session, "RESUMED", {});
    return session;
  }

  #send(session: Session, type: string, data: unknown): void {
    const dispatch = { op: 0 as const, s: session.sent.length + 1, t: type, d: data };
    session.sent.push(dispatch);
    session.socket?.send(JSON.stringify(dispatch));
  }
}

/** The guild that an event is of; of any other every shard hears. */
function guildOf(type: string, data: unknown): string | undefined {
  const { guild_id, id } = data as { readonly guild_id?: string; readonly id?: string };
  return guild_id ?? (/^GUILD_(?:CREATE|UPDATE|DELETE)$/.test(type) ? id : undefined);
}

export const ownsGuild = ([index, count]: readonly [number, number], guildId: string): boolean =>
  Number((BigInt(guildId) >> 22n) % BigInt(count)) === index;
