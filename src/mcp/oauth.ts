import { createRemoteJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import { UsageError } from "../core/index.ts";
import { isLoopback } from "../shared/http-hosts.ts";

/** Whose access tokens are taken, and what they have to say. */
export interface OAuthOptions {
  /** As it names itself in its tokens: "https://login.example". */
  readonly issuer: string;
  /** Where clients reach this server: "https://pictures.example/mcp". Tokens have to be meant for it. */
  readonly publicUrl: string;
  /** Subjects who may come in; empty: all whom the issuer gives tokens for this server. */
  readonly users: readonly string[];
  /** Scopes that a token must have. */
  readonly scopes: readonly string[];
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource";
const TIMEOUT_MS = 5000;
/** After the issuer could not be reached, how long nobody tries again. */
const RETRY_MS = 5000;
const CLOCK_TOLERANCE_S = 30;
/** Signed by a key of the issuer's own: with a shared secret everybody who verifies could sign. */
const ALGORITHMS = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" ");

/** Why a token lets nobody in, in the words of RFC 6750. */
export class TokenError extends Error {
  readonly status: 401 | 403 | 503;
  readonly code: "invalid_token" | "insufficient_scope" | "temporarily_unavailable";

  constructor(status: TokenError["status"], code: TokenError["code"], message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** This server as a resource of OAuth 2.1: it verifies access tokens of one issuer, and tells clients which. */
export class OAuthResource {
  readonly url: URL;
  /** Paths that tell it, RFC 9728: of the resource itself, and of the host for clients that look only there. */
  readonly metadataPaths: readonly string[];
  readonly #options: OAuthOptions;
  readonly #issuer: string;
  #keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;

  /** @throws UsageError for addresses that are none, or that others could listen to */
  constructor(options: OAuthOptions, path: string) {
    this.#options = options;
    this.#issuer = safeUrl(options.issuer, "--oauth-issuer").href.replace(/\/$/, "");
    this.url = safeUrl(options.publicUrl, "--public-url");
    if (this.url.pathname === "/") this.url.pathname = path;
    this.metadataPaths = [
      ...new Set([`${WELL_KNOWN}${this.url.pathname}`, `${WELL_KNOWN}${path}`, WELL_KNOWN]),
    ];
  }

  get metadata() {
    return {
      resource: this.url.href,
      authorization_servers: [this.#options.issuer],
      ...(this.#options.scopes.length > 0 && { scopes_supported: this.#options.scopes }),
      bearer_methods_supported: ["header"],
      resource_name: "Glimpse",
    };
  }

  /** For WWW-Authenticate: where a client learns how to get a token. */
  challenge(error?: TokenError): string {
    const scope = this.#options.scopes.join(" ");
    const parts = [
      'realm="glimpse"',
      ...(error ? [`error="${error.code}"`, `error_description="${error.message}"`] : []),
      ...(scope === "" ? [] : [`scope="${scope}"`]),
      `resource_metadata="${new URL(`${WELL_KNOWN}${this.url.pathname}`, this.url).href}"`,
    ];
    return `Bearer ${parts.join(", ")}`;
  }

  /** @returns whose token it is. @throws TokenError */
  async verify(token: string): Promise<string> {
    const { payload } = await this.#verified(token);
    const { users, scopes } = this.#options;
    const given = scopesOf(payload);
    if (!scopes.every((scope) => given.includes(scope)))
      throw new TokenError(403, "insufficient_scope", "The token lacks a scope that this server wants.");
    const subject = payload.sub ?? "";
    if (users.length > 0 && !users.includes(subject))
      throw new TokenError(
        403,
        "insufficient_scope",
        "This user is not among those whom the operator lets in.",
      );
    return subject;
  }

  async #verified(token: string) {
    // Known without the issuer, so that nonsense is refused while it cannot be reached, too.
    if (!isSigned(token))
      throw new TokenError(401, "invalid_token", "The token is no JWT that the issuer signed.");
    const keys = await this.#issuersKeys();
    try {
      return await jwtVerify(token, keys, {
        issuer: [this.#issuer, `${this.#issuer}/`],
        audience: [this.url.href, this.url.href.replace(/\/$/, "")],
        algorithms: ALGORITHMS,
        requiredClaims: ["exp", "sub"],
        clockTolerance: CLOCK_TOLERANCE_S,
      });
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw unreachable();
      throw new TokenError(401, "invalid_token", reasonOf(error));
    }
  }

  #issuersKeys(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    if (this.#keys === undefined && Date.now() - this.#failedAt < RETRY_MS) throw unreachable();
    this.#keys ??= keysOf(this.#issuer).catch((error: unknown) => {
      this.#keys = undefined;
      this.#failedAt = Date.now();
      throw error;
    });
    return this.#keys;
  }
}

function isSigned(token: string): boolean {
  try {
    return token.split(".").length === 3 && ALGORITHMS.includes(String(decodeProtectedHeader(token).alg));
  } catch {
    return false;
  }
}

/** By what the issuer says of itself, as an OAuth server (RFC 8414) or as an OpenID provider. */
async function keysOf(issuer: string) {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  for (const address of [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${issuer}/.well-known/openid-configuration`,
  ]) {
    const said = await jsonAt(address);
    if (said === undefined) continue;
    // Another's keys, at an address that somebody else can write to, would let that one in.
    if (String(said.issuer).replace(/\/$/, "") !== issuer) continue;
    if (typeof said.jwks_uri !== "string") continue;
    return createRemoteJWKSet(safeUrl(said.jwks_uri, "The issuer's jwks_uri"), {
      timeoutDuration: TIMEOUT_MS,
    });
  }
  throw unreachable();
}

async function jsonAt(address: string): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(address, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: "application/json" },
    });
    const value: unknown = response.ok ? await response.json() : undefined;
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const unreachable = () =>
  new TokenError(
    503,
    "temporarily_unavailable",
    "The issuer of tokens cannot be reached now. Try again in a moment.",
  );

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === "aud"
      ? "The token was not issued for this server."
      : `The token's ${error.claim} is not what this server wants.`;
  return "The token is no JWT that the issuer signed.";
}

/** As most issuers write them, and as Microsoft's does. */
function scopesOf({ scope, scp }: JWTPayload): readonly string[] {
  if (typeof scope === "string") return scope.split(" ");
  if (typeof scp === "string") return scp.split(" ");
  return Array.isArray(scp) ? scp.map(String) : [];
}

function safeUrl(written: string, option: string): URL {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url && isSafe && url.search === "" && url.hash === "") return url;
  throw new UsageError(
    `${option} is an address that begins with https://, without ? and #; not ${JSON.stringify(written)}.`,
  );
}
