import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

export const isLoopback = (host: string) =>
  host === "::1" || LOOPBACK.includes(host) || /^127\.[\d.]+$/.test(host);

/** `hosts`: names by which clients may reach the server, next to this machine's own loopback names. */
export function allowedNames(request: IncomingMessage, hosts: readonly string[]): string[] {
  return [...LOOPBACK, ...hosts.map((host) => host.toLowerCase()), ...ownAddress(request)];
}

/** A web page that resolves its own name to this machine shows in Host. */
export function isAllowedHost({ headers: { host } }: IncomingMessage, names: readonly string[]): boolean {
  return host !== undefined && names.includes(hostname(`http://${host}`));
}

/** One that calls across origins shows in Origin. */
export function isAllowedOrigin(origin: string, names: readonly string[]): boolean {
  return /^https?:\/\//i.test(origin) && names.includes(hostname(origin));
}

/** For an address in a link. */
export const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** An address cannot be taken over by a name server, so the one that was dialled is always fine. */
function ownAddress({ socket: { localAddress = "" } }: IncomingMessage): string[] {
  const address = localAddress.replace(/^::ffff:/, "");
  return isIP(address) === 6 ? [`[${address}]`] : [address];
}

function hostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
}
