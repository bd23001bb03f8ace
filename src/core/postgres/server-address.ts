import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { UsageError } from "../errors.ts";

/** Where a library on a server is, as `postgres://user:password@host:port/database?sslmode=…` says. */
export interface ServerAddress {
  /** For people: without the password. */
  readonly where: string;
  /** A host's name or address, or the folder of a socket. */
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly ssl: false | ConnectionOptions;
}

const SCHEMES = ["postgres:", "postgresql:"];
const TLS_MODES = ["disable", "require", "verify-ca", "verify-full"] as const;
type TlsMode = (typeof TLS_MODES)[number];

/** The same address with nothing secret in it; of one that cannot be read, only its scheme. */
export function withoutPassword(place: string): string {
  const url = parse(place);
  if (!url) return "postgres://…";
  const user = url.username === "" ? "" : `${url.username}@`;
  return `postgres://${user}${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}

/** @throws UsageError for what is no such address; no part that may be secret is repeated */
export function readAddress(place: string): ServerAddress {
  const url = parse(place);
  if (!url || !SCHEMES.includes(url.protocol))
    throw new UsageError(
      "The address of the library's server cannot be read. Give it as postgres://user@host:5432/database; in a password, write % and @ : / ? # as %25 and %40 %3A %2F %3F %23.",
    );
  const known = ["host", "sslmode", "sslrootcert"];
  const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `"${unknown}" is no part of a library's address; ${known.join(", ")} are. Leave it out.`,
    );
  const named = url.searchParams.get("host") ?? withoutBrackets(decodeURIComponent(url.hostname));
  const host = named === "" ? "localhost" : named;
  const part = (text: string) => (text === "" ? undefined : decodeURIComponent(text));
  return {
    where: withoutPassword(place),
    host,
    port: url.port === "" ? undefined : Number(url.port),
    user: part(url.username),
    password: part(url.password),
    database: part(url.pathname.slice(1)),
    ssl: tlsFor(url, host),
  };
}

function parse(place: string): URL | undefined {
  try {
    const url = new URL(place);
    decodeURIComponent(url.username + url.password + url.pathname + url.hostname);
    return url;
  } catch {
    return undefined;
  }
}

const withoutBrackets = (host: string) => host.replace(/^\[(.*)\]$/, "$1");

/** Verified unless the address says otherwise, or nobody can listen: on this machine. */
function tlsFor(url: URL, host: string): ServerAddress["ssl"] {
  const asked = url.searchParams.get("sslmode") ?? (isThisMachine(host) ? "disable" : "verify-full");
  const mode: TlsMode | undefined = TLS_MODES.find((each) => each === asked);
  if (mode === undefined)
    throw new UsageError(
      `sslmode=${asked} is not usable in a library's address: give one of ${TLS_MODES.join(", ")}.`,
    );
  if (mode === "disable") return false;
  const file = url.searchParams.get("sslrootcert");
  return {
    rejectUnauthorized: mode !== "require",
    ...(mode === "verify-ca" && { checkServerIdentity: () => undefined }),
    ...(file !== null && { ca: certificate(file) }),
  };
}

function certificate(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(
      `The certificate ${file} cannot be read. Check sslrootcert in the library's address.`,
      {
        cause,
      },
    );
  }
}

const isThisMachine = (host: string) =>
  host.startsWith("/") || host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
