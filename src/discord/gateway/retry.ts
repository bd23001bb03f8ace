import { DiscordAPIError } from "discord.js";
import pRetry from "p-retry";
import { PictureError } from "../../core/index.ts";

export interface RetryOptions {
  /** Attempts in all. Default 6. */
  readonly attempts?: number | undefined;
  /** Longest delay after the first failure; doubles each time, up to 30 seconds. Default 500. */
  readonly firstDelayMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const TRANSIENT_CODES = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENOTFOUND",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/**
 * Repeats an idempotent call while its failure looks transient, with exponential backoff and jitter. discord.js waits
 * out 429s itself, but repeats a 5xx without a pause, and a dropped socket not at all.
 */
export function withRetry<Result>(
  call: () => Promise<Result>,
  { attempts = 6, firstDelayMs = 500, signal }: RetryOptions = {},
): Promise<Result> {
  return pRetry(call, {
    retries: attempts - 1,
    // Jitter multiplies each delay by 1 to 2.
    minTimeout: firstDelayMs / 2,
    maxTimeout: 30_000,
    randomize: true,
    shouldRetry: ({ error }) => isTransient(error),
    ...(signal ? { signal } : {}),
  });
}

/** Whether the same call is likely to succeed later. */
export function isTransient(error: unknown): boolean {
  // A file that was too slow or too large once is not fetched again at once, whatever broke the connection.
  if (!(error instanceof Error) || error instanceof PictureError) return false;
  if ("status" in error && typeof error.status === "number") {
    return error.status >= 500 || error.status === 429 || error.status === 408;
  }
  if (error.name === "AbortError" || error.name === "TimeoutError") return true;
  const code = "code" in error ? error.code : undefined;
  return (typeof code === "string" && TRANSIENT_CODES.has(code)) || isTransient(error.cause);
}

/** Discord's error code, such as 10008 for a message that is gone; undefined for other failures. */
export function discordErrorCode(error: unknown): number | undefined {
  return error instanceof DiscordAPIError ? Number(error.code) : undefined;
}
