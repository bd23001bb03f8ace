import type { IncomingMessage } from "node:http";
import { allowedNames, isAllowedHost, isAllowedOrigin } from "../shared/http-hosts.ts";
import { isSameSecret } from "../shared/same-secret.ts";
import type { OAuthResource, TokenError } from "./oauth.ts";

export interface GateRules {
  /** Names by which clients may reach the server, next to this machine's own loopback names. */
  readonly hosts: readonly string[];
  /** Undefined: no token but those of the issuer lets anybody in. */
  readonly token: string | undefined;
  /** Whose access tokens let in, too. */
  readonly oauth?: OAuthResource | undefined;
}

export interface Rejection {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Why a request may not even ask, if so. A web page that resolves its own name to this machine shows in Host, one that
 * calls across origins in Origin.
 */
export function originRejection(request: IncomingMessage, hosts: readonly string[]): Rejection | undefined {
  const names = allowedNames(request, hosts);
  const { origin } = request.headers;
  if (!isAllowedHost(request, names)) return { status: 403, reason: "This Host is not allowed." };
  if (origin === undefined || isAllowedOrigin(origin, names)) return undefined;
  return { status: 403, reason: "This Origin is not allowed." };
}

/** Who sent the request, by the token in it: the operator's own, or one that the issuer gave. */
export async function callerOf(
  { headers: { authorization = "" } }: IncomingMessage,
  { token, oauth }: GateRules,
): Promise<{ readonly caller: string } | Rejection> {
  const given = /^Bearer (.+)$/i.exec(authorization)?.[1]?.trim() ?? "";
  if (token !== undefined && isSameSecret(given, token)) return { caller: "operator" };
  if (oauth === undefined) return notTheToken;
  if (given === "") {
    return {
      status: 401,
      reason: "Send an access token: Authorization: Bearer TOKEN.",
      headers: { "www-authenticate": oauth.challenge() },
    };
  }
  try {
    return { caller: `user ${await oauth.verify(given)}` };
  } catch (error) {
    if (!isTokenError(error)) throw error;
    const { status, message } = error;
    return {
      status,
      reason: message,
      headers: status === 503 ? { "retry-after": "5" } : { "www-authenticate": oauth.challenge(error) },
    };
  }
}

const notTheToken: Rejection = {
  status: 401,
  reason: "Send the token that the server printed at its start: Authorization: Bearer TOKEN.",
  headers: { "www-authenticate": 'Bearer realm="glimpse"' },
};

/** By its shape: the class is loaded only for servers that have an issuer. */
const isTokenError = (error: unknown): error is TokenError =>
  error instanceof Error && "code" in error && "status" in error;

/** Whether a request comes from a web page that may read the answer. */
export const isPageAllowed = (request: IncomingMessage, hosts: readonly string[]): boolean =>
  request.headers.origin !== undefined && originRejection(request, hosts) === undefined;
