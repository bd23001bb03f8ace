import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { GlimpseError, NotFoundError, UsageError, visibleText } from "../core/index.ts";
import { hostInUrl, isLoopback } from "../shared/http-hosts.ts";
import type { Failed } from "./answers.ts";
import type { ClientFiles } from "./client-files.ts";
import { type Env, isSignedIn, rejectForeign, securityHeaders, startSession } from "./gate.ts";
import { PictureGroups } from "./picture-groups.ts";
import { duplicateRoutes } from "./routes/duplicates.ts";
import { findRoutes } from "./routes/find.ts";
import { libraryRoutes } from "./routes/library.ts";
import { mapRoutes } from "./routes/map.ts";
import { pictureRoutes } from "./routes/pictures.ts";
import { tagRoutes } from "./routes/tags.ts";
import { themeRoutes } from "./routes/themes.ts";
import { upkeepRoutes } from "./routes/upkeep.ts";
import { translatorOf } from "./sentences/translate.ts";
import { SignIn } from "./sign-in.ts";
import { signInPage } from "./sign-in-page.ts";
import type { WebContext } from "./web-context.ts";

const MAX_FORM_BYTES = 10_000;
/** Of every request but a dropped picture. */
const MAX_REQUEST_BYTES = 1_000_000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 120_000;
const FOREVER = "private, max-age=31536000, immutable";

export interface ServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Needed where other machines can reach the address. */
  readonly password?: string | undefined;
  /** Further names in Host. */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly files: ClientFiles;
  /** Called with a new link whenever one was used. */
  readonly onLinkUsed?: ((link: string) => void) | undefined;
  readonly onError: (error: unknown) => void;
}

export interface Listening {
  readonly server: Server;
  /** Address with a key that opens one browser. */
  readonly link: () => string;
}

/** @throws UsageError when other machines can reach the address and there is no password, or when it is taken */
export async function listen(web: WebContext, options: ServerOptions): Promise<Listening> {
  const { host, port, password } = options;
  if (password === undefined && !isLoopback(host)) {
    throw new UsageError(
      `Other machines can reach ${host}. Set a password in GLIMPSE_WEB_PASSWORD first, or listen on 127.0.0.1.`,
    );
  }
  const signIn = new SignIn(password);
  const link = () => `${addressOf(server, host)}/?key=${signIn.key}`;
  const app = createApp(web, { ...options, signIn, onLinkUsed: () => options.onLinkUsed?.(link()) });
  const timeouts = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS };
  const server = createServer(timeouts, getRequestListener(app.fetch));
  server.listen(port, host);
  await once(server, "listening").catch((error: unknown) => {
    throw new UsageError(`Cannot listen on ${host}:${port}: ${String(error)}. Choose another --port.`);
  });
  return { server, link };
}

interface AppOptions extends Omit<ServerOptions, "onLinkUsed"> {
  readonly signIn: SignIn;
  readonly onLinkUsed: () => void;
}

function createApp(web: WebContext, { files, signIn, ...options }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.use(securityHeaders);
  app.use(rejectForeign([options.host, ...(options.allowedHosts ?? [])]));

  app.get("/", async (context, next) => {
    const key = context.req.query("key");
    const session = key === undefined ? undefined : signIn.byKey(key);
    if (session === undefined)
      return key !== undefined && isSignedIn(context, signIn) ? toStart(context) : next();
    startSession(context, session);
    options.onLinkUsed();
    return toStart(context);
  });
  app.post("/sign-in", bodyLimit({ maxSize: MAX_FORM_BYTES }), async (context) => {
    const { password } = await context.req.parseBody();
    const result = signIn.byPassword(typeof password === "string" ? password : "");
    if (result === "wrong")
      return context.html(signInPage(context, signIn, "This is not the password."), 401);
    if (result === "too-many-attempts")
      return context.html(signInPage(context, signIn, "Too many attempts. Wait a minute."), 429);
    startSession(context, result.session);
    return toStart(context);
  });
  app.use(async (context, next) => {
    if (isSignedIn(context, signIn)) return next();
    if (context.req.path.startsWith("/api/"))
      return context.json<Failed>({ error: translatorOf(context)("Sign in again.") }, 401);
    return context.html(signInPage(context, signIn), 401);
  });

  const isSmall = bodyLimit({ maxSize: MAX_REQUEST_BYTES });
  app.use("/api/*", compress());
  app.post("/api/*", (context, next) =>
    context.req.path === "/api/examples" ? next() : isSmall(context, next),
  );
  const groups = new PictureGroups(web);
  app.route("/", findRoutes(web, groups));
  app.route("/", pictureRoutes(web));
  app.route("/", duplicateRoutes(web));
  app.route("/", themeRoutes(web, groups));
  app.route("/", mapRoutes(web, groups));
  app.route("/", tagRoutes(web));
  app.route("/", upkeepRoutes(web));
  app.route("/", libraryRoutes(web));
  app.get("/files/:name", compress(), (context) => {
    const file = files.byName.get(context.req.param("name"));
    if (file === undefined) return context.notFound();
    return context.body(file.bytes, 200, { "content-type": file.type, "cache-control": FOREVER });
  });
  app.all("/api/*", (context) =>
    context.json<Failed>({ error: translatorOf(context)("There is no such address.") }, 404),
  );
  // Every view has its own address, and all are one document.
  app.get("*", (context) => context.html(files.document, 200, { "cache-control": "no-cache" }));
  app.onError((error, context) => failed(error, context, options.onError));
  return app;
}

const toStart = (context: Context<Env>) => context.redirect("/", 303);

function failed(error: unknown, context: Context<Env>, onError: (error: unknown) => void): Response {
  if (error instanceof GlimpseError) {
    const status = error instanceof NotFoundError ? 404 : error instanceof UsageError ? 400 : 422;
    return context.json<Failed>({ error: translatorOf(context)(visibleText(error.message)) }, status);
  }
  // The browser went away: nobody is left to answer, and nothing went wrong here.
  if (!context.req.raw.signal.aborted) onError(error);
  const defect = "Something went wrong inside Glimpse; its terminal has the details.";
  return context.json<Failed>({ error: translatorOf(context)(defect) }, 500);
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return `http://${hostInUrl(host)}:${port}`;
}
