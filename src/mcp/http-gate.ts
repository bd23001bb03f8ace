import type { IncomingMessage } from "node:http";
import { allowedNames, isAllowedHost, isAllowedOrigin } from "../shared/http-hosts.ts";
import { isSameSecret } from "../shared/same-secret.ts";

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

/**
 * Why a request may not come in, if so. A web page that resolves its own name to this machine shows in Host,
 * one that calls across origins in Origin; another user of the machine lacks the token.
 */
export function rejectionOf(request: IncomingMessage, { hosts, token }: GateRules): Rejection | undefined {
  const names = allowedNames(request, hosts);
  const { origin, authorization } = request.headers;
  if (!isAllowedHost(request, names)) return { status: 403, reason: "This Host is not allowed." };
  if (origin !== undefined && !isAllowedOrigin(origin, names)) {
    return { status: 403, reason: "This Origin is not allowed." };
  }
  const given = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1]?.trim() ?? "";
  if (isSameSecret(given, token)) return undefined;
  return {
    status: 401,
    reason: "Send the token that the server printed at its start: Authorization: Bearer TOKEN.",
    headers: { "www-authenticate": 'Bearer realm="glimpse"' },
  };
}

/** Whether a request comes from a web page that may read the answer. */
export function isPageAllowed(request: IncomingMessage, hosts: readonly string[]): boolean {
  const names = allowedNames(request, hosts);
  const { origin } = request.headers;
  return origin !== undefined && isAllowedHost(request, names) && isAllowedOrigin(origin, names);
}
