import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { describe, expect, onTestFinished, test } from "vitest";
import { type HttpOptions, listen } from "../../src/mcp/http.ts";
import { RequestRate } from "../../src/mcp/http-rate.ts";
import { Service } from "../../src/mcp/service.ts";
import { type Claims, logIn, provider, type Signer, signer } from "./support/issuers.ts";
import { initialize } from "./support/spawned.ts";
import { pictureNamed, standInLibrary } from "./support/stand-in-library.ts";

const PUBLIC = "https://pictures.example/mcp";
const REDIRECT = "http://127.0.0.1:1/callback";

async function served(options: Partial<HttpOptions>) {
  const log: string[] = [];
  const service = new Service({
    version: "0.0.0-test",
    folders: [],
    allowIndex: false,
    includeDiscord: false,
    galleryFile: "/nowhere",
    openLibrary: async () => standInLibrary([pictureNamed("dog.jpg")]),
    log: (line) => log.push(line),
  });
  const listening = await listen(service, { host: "127.0.0.1", port: 0, ...options });
  onTestFinished(async () => {
    await Promise.all([listening.sessions.close(), listening.sessionless.close()]);
    listening.server.closeAllConnections();
    listening.server.close();
    await service.close();
  });
  return { ...listening, log };
}

const servedFor = (
  { issuer }: Pick<Signer, "issuer">,
  more: Partial<HttpOptions> & { users?: string[]; scopes?: string[] } = {},
) => {
  const { users = [], scopes = [], ...options } = more;
  return served({ oauth: { issuer, publicUrl: PUBLIC, users, scopes }, ...options });
};

const post = (url: string, token?: string, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(initialize),
  });

test("a client that knows nothing but the address finds the issuer, registers, lets a person log in, and is served", async () => {
  const issuer = await provider();
  // The address that tokens are for is known only once a port is.
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/mcp`;
  await served({ port, oauth: { issuer, publicUrl: address, users: ["anna"], scopes: ["pictures"] } });
  for (const [name, mayCome] of [
    ["anna", true],
    ["ben", false],
  ] as const) {
    const kept: { client?: never; tokens?: never; verifier?: string; discovery?: never; sentTo?: URL } = {};
    const authProvider: OAuthClientProvider = {
      redirectUrl: REDIRECT,
      clientMetadata: { redirect_uris: [REDIRECT], client_name: "test", token_endpoint_auth_method: "none" },
      clientInformation: () => kept.client,
      saveClientInformation: (client) => void Object.assign(kept, { client }),
      tokens: () => kept.tokens,
      saveTokens: (tokens) => void Object.assign(kept, { tokens }),
      redirectToAuthorization: (sentTo) => void Object.assign(kept, { sentTo }),
      saveCodeVerifier: (verifier) => void Object.assign(kept, { verifier }),
      codeVerifier: () => kept.verifier ?? "",
      saveDiscoveryState: (discovery) => void Object.assign(kept, { discovery }),
      discoveryState: () => kept.discovery,
    };
    const connect = async () => {
      const transport = new StreamableHTTPClientTransport(new URL(address), { authProvider });
      const client = new Client({ name: "test", version: "0" }, { versionNegotiation: { mode: "auto" } });
      onTestFinished(() => client.close());
      return { transport, client, connected: client.connect(transport) };
    };
    const first = await connect();
    await expect(first.connected).rejects.toBeInstanceOf(UnauthorizedError);
    expect(kept.sentTo?.searchParams.get("code_challenge_method")).toBe("S256");
    expect(kept.sentTo?.searchParams.get("resource")).toBe(address);
    const back = await logIn(kept.sentTo ?? new URL(issuer), { name, redirectTo: REDIRECT });
    await first.transport.finishAuth(back.searchParams);
    const second = await connect();
    if (mayCome) {
      await second.connected;
      const answer = await second.client.callTool({ name: "search_images", arguments: { query: "dog" } });
      expect(answer).toMatchObject({ structuredContent: { searched: 1 } });
    } else await expect(second.connected).rejects.toThrow();
  }
});

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" ? (address?.port ?? 0) : 0);
    }),
  );
  await new Promise((closed) => server.close(closed));
  return port;
}

test("who comes without a token learns where to get one, and nobody needs a token to learn it", async () => {
  const issuer = await signer();
  const { url } = await servedFor(issuer, { scopes: ["pictures"] });
  const { status, headers } = await post(url);
  expect(status).toBe(401);
  const challenge = headers.get("www-authenticate");
  expect(challenge).toContain(
    'resource_metadata="https://pictures.example/.well-known/oauth-protected-resource/mcp"',
  );
  expect(challenge).toContain('scope="pictures"');
  expect(challenge).not.toContain("error");
  for (const path of ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"])
    expect(await (await fetch(new URL(path, url))).json()).toEqual({
      resource: PUBLIC,
      authorization_servers: [issuer.issuer],
      scopes_supported: ["pictures"],
      bearer_methods_supported: ["header"],
      resource_name: "Glimpse",
    });
  const foreign = await fetch(new URL("/.well-known/oauth-protected-resource", url), {
    headers: { origin: "http://evil.example" },
  });
  expect(foreign.status).toBe(403);
});

test("the address that tokens are for is a name in Host, too", async () => {
  const issuer = await signer();
  const { url } = await servedFor(issuer);
  const token = await issuer.sign({ aud: PUBLIC });
  const { request } = await import("node:http");
  const status = await new Promise((resolve, reject) => {
    const headers = { host: "pictures.example", authorization: `Bearer ${token}` };
    request(url, { headers }, ({ statusCode }) => resolve(statusCode))
      .on("error", reject)
      .end();
  });
  expect(status).toBe(400);
});

describe("a token", () => {
  const AUDIENCE = { aud: PUBLIC };
  const inAMinute = Math.floor(Date.now() / 1000) + 60;

  test.each<[string, Claims]>([
    ["for this server", AUDIENCE],
    ["for several, this one among them", { aud: ["https://other.example", PUBLIC] }],
    [
      "with more scopes than are wanted, as Microsoft writes them",
      { ...AUDIENCE, scope: undefined, scp: "mail pictures" },
    ],
    ["that expired within what clocks differ", { ...AUDIENCE, exp: Math.floor(Date.now() / 1000) - 5 }],
  ])("lets in %s", async (_what, claims) => {
    const issuer = await signer();
    const { url } = await servedFor(issuer, { users: ["anna"], scopes: ["pictures"] });
    expect((await post(url, await issuer.sign({ scope: "pictures", ...claims }))).status).toBe(200);
  });

  test.each<[string, number, string, Claims]>([
    ["for another server", 401, "not issued for this server", { aud: "https://other.example/mcp" }],
    ["for the issuer's own use", 401, "not issued for this server", { aud: "client" }],
    ["for nobody", 401, "not issued for this server", {}],
    ["of another issuer", 401, "iss", { ...AUDIENCE, iss: "https://evil.example" }],
    ["that has expired", 401, "expired", { ...AUDIENCE, exp: inAMinute - 600 }],
    ["that never expires", 401, "exp", { ...AUDIENCE, exp: undefined }],
    ["that is not valid yet", 401, "nbf", { ...AUDIENCE, nbf: inAMinute + 600 }],
    ["of nobody", 401, "sub", { ...AUDIENCE, sub: undefined }],
    ["without the scope", 403, "scope", { ...AUDIENCE, scope: "mail" }],
    ["of another user", 403, "user", { ...AUDIENCE, sub: "ben" }],
  ])("%s does not let in", async (_what, status, said, claims) => {
    const issuer = await signer();
    const { url, sessions } = await servedFor(issuer, { users: ["anna"], scopes: ["pictures"] });
    const response = await post(url, await issuer.sign({ scope: "pictures", ...claims }));
    expect(response.status).toBe(status);
    expect(response.headers.get("www-authenticate")).toContain(
      status === 401 ? 'error="invalid_token"' : 'error="insufficient_scope"',
    );
    expect(await response.text()).toContain(said);
    expect(sessions.size).toBe(0);
  });

  test("signed by another key, by a shared secret or by nobody does not let in, nor what is no token", async () => {
    const issuer = await signer();
    const other = await signer();
    const { url } = await servedFor(issuer);
    const claims = { aud: PUBLIC, iss: issuer.issuer };
    const none = `${btoa(JSON.stringify({ alg: "none" }))}.${btoa(JSON.stringify({ ...claims, sub: "anna", exp: inAMinute }))}.`;
    for (const token of [
      await other.sign(claims),
      await issuer.sign(claims, { with: new TextEncoder().encode(issuer.publicKey), alg: "HS256" }),
      none.replaceAll("=", ""),
      "abc",
      "a.b.c",
      "x".repeat(5000),
    ])
      expect((await post(url, token)).status, token.slice(0, 60)).toBe(401);
  });
});

test("an issuer that is away, or that calls itself by another name, lets nobody in for now", async () => {
  const away = await servedFor({ issuer: "http://127.0.0.1:9" });
  const pretender = await signer({ issuer: "https://login.example" });
  const response = await post(away.url, await pretender.sign({ aud: PUBLIC }));
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("5");
  const { url } = await servedFor(pretender);
  expect((await post(url, await pretender.sign({ aud: PUBLIC }))).status).toBe(503);
  // What no issuer can have signed is refused without asking one.
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`;
  for (const token of ["x", "a.b.c", unsigned]) expect((await post(url, token)).status, token).toBe(401);
});

test("the operator's own token lets in beside the issuer's, and none is made up when there is an issuer", async () => {
  const issuer = await signer();
  const both = await servedFor(issuer, { token: "the operator's own" });
  expect((await post(both.url, "the operator's own")).status).toBe(200);
  expect((await post(both.url, await issuer.sign({ aud: PUBLIC }))).status).toBe(200);
  expect((await servedFor(issuer)).token).toBeUndefined();
});

test("a session is of who began it", async () => {
  const issuer = await signer();
  const { url } = await servedFor(issuer);
  const began = await post(url, await issuer.sign({ aud: PUBLIC }));
  const session = { "mcp-session-id": began.headers.get("mcp-session-id") ?? "" };
  const ping = (token: string) =>
    fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        authorization: `Bearer ${token}`,
        ...session,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 2, method: "ping" }),
    });
  expect((await ping(await issuer.sign({ aud: PUBLIC, sub: "ben" }))).status).toBe(404);
  expect((await ping(await issuer.sign({ aud: PUBLIC }))).status).toBe(200);
});

test.each([
  ["http://login.example", PUBLIC, "--oauth-issuer"],
  ["login.example", PUBLIC, "--oauth-issuer"],
  ["https://login.example", "http://pictures.example/mcp", "--public-url"],
  ["https://login.example", "https://pictures.example/mcp?x=1", "--public-url"],
])("addresses that others could listen to are refused: %s for %s", async (issuer, publicUrl, said) => {
  await expect(served({ oauth: { issuer, publicUrl, users: [], scopes: [] } })).rejects.toThrow(said);
});

test("a caller who asks too much is told when to come back, and others are not kept waiting", async () => {
  const issuer = await signer();
  const { url } = await servedFor(issuer, { requestsPerMinute: 3 });
  const anna = await issuer.sign({ aud: PUBLIC });
  const statuses: number[] = [];
  // Another token of the same person is no way around it.
  for (const token of [anna, anna, anna, await issuer.sign({ aud: PUBLIC, jti: "2" })]) {
    const response = await post(url, token);
    statuses.push(response.status);
    if (response.status === 429) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(statuses).toEqual([200, 200, 200, 429]);
  expect((await post(url, await issuer.sign({ aud: PUBLIC, sub: "ben" }))).status).toBe(200);
});

test("so many requests may come at once, and so many a minute after that", () => {
  let now = 0;
  const rate = new RequestRate(60, () => now);
  const burst = Array.from({ length: 61 }, () => rate.take("anna"));
  expect(burst.slice(0, 60)).toEqual(new Array(60).fill(0));
  expect(burst[60]).toBe(1);
  now = 1000;
  expect([rate.take("anna"), rate.take("anna")]).toEqual([0, 1]);
  now = 10 * 60_000;
  expect(Array.from({ length: 61 }, () => rate.take("anna")).filter((wait) => wait === 0)).toHaveLength(60);
});
