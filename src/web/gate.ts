import type { IncomingMessage } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { secureHeaders } from "hono/secure-headers";
import { allowedNames, isAllowedHost } from "../shared/http-hosts.ts";
import type { SignIn } from "./sign-in.ts";

export type Env = { Bindings: HttpBindings };

const READING = ["GET", "HEAD"];

/** Nothing from elsewhere, nothing inline; pictures that the page makes itself (dropped ones) are blobs. */
export const securityHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "blob:"],
    mediaSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  crossOriginResourcePolicy: "same-origin",
  crossOriginOpenerPolicy: "same-origin",
  referrerPolicy: "no-referrer",
  strictTransportSecurity: false,
  xFrameOptions: "DENY",
});

/**
 * Ends requests that another site made a browser send: by a name of its own that it points to this machine (Host), or
 * across sites (Origin, for everything that changes something).
 */
export function rejectForeign(hosts: readonly string[]): MiddlewareHandler<Env> {
  return async ({ env: { incoming }, req, text }, next) => {
    if (!isAllowedHost(incoming, allowedNames(incoming, hosts)))
      return text("This Host is not allowed.", 403);
    if (!READING.includes(req.method) && !isSameOrigin(incoming))
      return text("This Origin is not allowed.", 403);
    return next();
  };
}

function isSameOrigin({ headers: { origin = "", host } }: IncomingMessage): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Cookies are shared by all ports of a machine. */
const cookieOf = ({ env: { incoming } }: Context<Env>) => `glimpse-${incoming.socket.localPort}`;

export const isSignedIn = (context: Context<Env>, signIn: SignIn): boolean =>
  signIn.isSession(getCookie(context, cookieOf(context)));

export function startSession(context: Context<Env>, session: string): void {
  setCookie(context, cookieOf(context), session, { httpOnly: true, sameSite: "Strict", path: "/" });
}
