import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

export interface GateRules {
  /** Names by which clients may reach the server, next to this machine's own loopback names. */
  readonly hosts: readonly string[];
  readonly token: string;
}

export interface Rejection {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Why a request may not come in, if so. A web page that resolves its own name to this machine shows in Host,
 * one that calls across origins in Origin; another user of the machine lacks the token.
 */
export function rejectionOf(request: IncomingMessage, { hosts, token }: GateRules): Rejection | undefined {
  const names = [...LOOPBACK, ...hosts.map((host) => host.toLowerCase()), ...ownAddress(request)];
  const { host, origin, authorization } = request.headers;
  if (!isAllowedHost(host, names)) return { status: 403, reason: "This Host is not allowed." };
  if (origin !== undefined && !isAllowedOrigin(origin, names)) {
    return { status: 403, reason: "This Origin is not allowed." };
  }
  if (isToken(authorization, token)) return undefined;
  return {
    status: 401,
    reason: "Send the token that the server printed at its start: Authorization: Bearer TOKEN.",
    headers: { "www-authenticate": 'Bearer realm="glimpse"' },
  };
}

export const isLoopback = (host: string) =>
  host === "::1" || LOOPBACK.includes(host) || /^127\.[\d.]+$/.test(host);

/** An address cannot be taken over by a name server, so the one that was dialled is always fine. */
function ownAddress({ socket: { localAddress = "" } }: IncomingMessage): string[] {
  const address = localAddress.replace(/^::ffff:/, "");
  return isIP(address) === 6 ? [`[${address}]`] : [address];
}

function isAllowedHost(host: string | undefined, names: readonly string[]): boolean {
  return host !== undefined && names.includes(hostname(`http://${host}`));
}

function isAllowedOrigin(origin: string, names: readonly string[]): boolean {
  return /^https?:\/\//i.test(origin) && names.includes(hostname(origin));
}

function hostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
function isToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1]?.trim() ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string) => createHash("sha256").update(text).digest();
