import { InvalidArgumentError } from "commander";
import { UsageError } from "../core/errors.ts";

export function wholeNumber(typed: string): number {
  const value = Number(typed);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return value;
}

/** A number of hits that one page may have, or all there are. */
export function hitCount(typed: string): number | "all" {
  const value = Number(typed);
  if (typed === "all") return typed;
  if (!Number.isInteger(value) || value < 1 || value > 1000)
    throw new InvalidArgumentError("It must be a whole number from 1 to 1000, or all.");
  return value;
}

/** For lists that are computed whole and then cut, so that any number will do. */
export const wholeNumberOrAll = (typed: string): number =>
  typed === "all" ? Number.POSITIVE_INFINITY : wholeNumber(typed);

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const LONGEST_MS = 24 * 3_600_000;

/** Milliseconds of "30s", "15m" or "2h", at most a day; Infinity for "off". */
export function interval(typed: string): number {
  if (typed === "off") return Number.POSITIVE_INFINITY;
  const [, count = "", unit = ""] = /^(\d+)([smh])$/.exec(typed) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (!(ms > 0 && ms <= LONGEST_MS))
    throw new InvalidArgumentError("It must be a time such as 30s, 15m or 2h, at most 24h, or off.");
  return ms;
}

export function portNumber(typed: string): number {
  const value = Number(typed);
  if (typed.trim() === "" || !Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new InvalidArgumentError("It must be a port from 0 to 65535.");
  }
  return value;
}

/**
 * A path as typed. An empty one would mean the current folder, but comes from a script's variable that was not set.
 * @throws UsageError
 */
export function pathName(typed: string): string {
  if (typed === "") throw new UsageError("A folder's name is empty. Was a variable not set?");
  return typed;
}

/** Collects the values of a repeatable option. */
export const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value,
];

/** Collects paths. */
export const collectPaths = (typed: string, earlier: readonly string[] = []): readonly string[] =>
  collect(pathName(typed), earlier);

/** PORT, or HOST:PORT with an IPv6 address in brackets. */
export function metricsAddress(typed: string): { host: string | undefined; port: number } {
  const [, host, port = ""] = /^(?:(\[[\da-f:.]+\]|[^:\s]+):)?(\d+)$/i.exec(typed.trim()) ?? [];
  if (port === "") throw new InvalidArgumentError("It must be a port such as 9464, or HOST:PORT.");
  return { host: host?.replace(/^\[(.*)\]$/, "$1"), port: portNumber(port) };
}

/** How commands that run on describe `--metrics`. */
export const NICE_OPTION = [
  "--nice",
  "let other programs have the processor first: lowest priority, half of the cores",
] as const;

export const METRICS_OPTION = [
  "--metrics <[host:]port>",
  "serve metrics for Prometheus, and /healthz and /readyz, there (host: this machine only)",
  metricsAddress,
] as const;
