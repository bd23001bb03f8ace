import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import Provider from "oidc-provider";
import { onTestFinished } from "vitest";

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

/** A real provider, as an organisation runs one: any client may register, and anybody log in by a name. */
export async function provider(): Promise<string> {
  const server = createServer();
  const issuer = await listening(server);
  const oidc = new Provider(issuer, {
    scopes: ["openid", "offline_access", "pictures"],
    pkce: { required: () => true },
    findAccount: (_context, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    cookies: { keys: ["for tests"] },
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, audience) => ({
          audience,
          scope: "pictures",
          accessTokenFormat: "jwt",
          accessTokenTTL: 300,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  });
  server.on("request", oidc.callback());
  return issuer;
}

/** Logs in at a provider's own pages, and agrees, as a person does in a browser. @returns where the provider sends them */
export async function logIn(
  start: URL,
  { name, redirectTo }: { readonly name: string; readonly redirectTo: string },
) {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 20; step += 1) {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
      ...(form && { method: "POST", body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, key = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(key, value);
    }
    const location = response.headers.get("location");
    form = undefined;
    if (location?.startsWith(redirectTo)) return new URL(location);
    if (location !== null) {
      url = new URL(location, url);
      continue;
    }
    const page = await response.text();
    const [, action = ""] = /<form[^>]* action="([^"]+)"/.exec(page) ?? [];
    const [, prompt = ""] = /name="prompt" value="([^"]+)"/.exec(page) ?? [];
    if (action === "") throw new Error(`The provider shows no form: ${page.slice(0, 500)}`);
    url = new URL(action, url);
    form = new URLSearchParams({ prompt, ...(prompt === "login" && { login: name, password: "any" }) });
  }
  throw new Error("The provider did not come to an end.");
}

/** Undefined: the token lacks it. */
export type Claims = Readonly<Record<string, unknown>>;

type Key = Parameters<SignJWT["sign"]>[0];

export interface Signer {
  readonly issuer: string;
  /** A token with these claims, valid for a minute where nothing else is said. */
  readonly sign: (
    claims: Claims,
    options?: { readonly with?: Key; readonly alg?: string },
  ) => Promise<string>;
  readonly publicKey: string;
}

/** An issuer that signs whatever a test wants. `says`: what it says of itself, other than the truth. */
export async function signer(says: Record<string, unknown> = {}): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "ES256" };
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/keys") response.end(JSON.stringify({ keys: [jwk] }));
    else if (request.url === "/.well-known/oauth-authorization-server")
      response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys`, ...says }));
    else response.writeHead(404).end("{}");
  });
  const issuer = await listening(server);
  return {
    issuer,
    publicKey: JSON.stringify(jwk),
    sign: (claims, { with: key = privateKey, alg = "ES256" } = {}) =>
      new SignJWT({ iss: issuer, sub: "anna", exp: Math.floor(Date.now() / 1000) + 60, ...claims })
        .setProtectedHeader({ alg, kid: "one" })
        .sign(key),
  };
}
