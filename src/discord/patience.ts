import { setTimeout as pause } from "node:timers/promises";
import { DiscordAPIError } from "discord.js";

export interface Patience {
  /** Attempts in all. Default 6. */
  readonly attempts?: number | undefined;
  /** Pause after the first failure; doubles each time, up to 30 seconds. Default 500. */
  readonly firstPauseMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const PASSING_CODES = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/**
 * Repeats a call that may be repeated while its failure looks like one that passes. discord.js waits out 429s
 * by itself, but repeats a 5xx without any pause, and a dropped socket not at all.
 */
export async function patiently<Result>(
  call: () => Promise<Result>,
  { attempts = 6, firstPauseMs = 500, signal }: Patience = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= attempts || signal?.aborted || !isPassing(error)) throw error;
      const ceiling = Math.min(30_000, firstPauseMs * 2 ** (attempt - 1));
      await pause(ceiling * (0.5 + Math.random() / 2), undefined, signal ? { signal } : {});
    }
  }
}

/** Whether the same call may well succeed in a while. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("status" in error && typeof error.status === "number") {
    return error.status >= 500 || error.status === 429 || error.status === 408;
  }
  if (error.name === "AbortError" || error.name === "TimeoutError") return true;
  const code = "code" in error ? error.code : undefined;
  return (typeof code === "string" && PASSING_CODES.has(code)) || isPassing(error.cause);
}

/** Discord's error code, such as 10008 for a message that is gone; undefined for other failures. */
export function discordCode(error: unknown): number | undefined {
  return error instanceof DiscordAPIError ? Number(error.code) : undefined;
}

export const GONE = { channel: 10_003, guild: 10_004, member: 10_007, message: 10_008 } as const;
export const NO_ACCESS: ReadonlySet<number | undefined> = new Set([50_001, 50_013]);
