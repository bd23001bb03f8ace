import { LRUCache } from "lru-cache";

export interface RateLimitOptions {
  /** Requests in a row. */
  readonly burst: number;
  /** Time to refill the whole burst. */
  readonly perMs: number;
}

/** A token bucket per key, such as a user or a server. */
export class RateLimit {
  readonly #allowance: RateLimitOptions;
  readonly #buckets = new LRUCache<string, { tokens: number; at: number }>({ max: 10_000 });

  constructor(allowance: RateLimitOptions) {
    this.#allowance = allowance;
  }

  /** Seconds to wait; 0 when a token was taken. */
  take(key: string, now = Date.now()): number {
    const { burst, perMs } = this.#allowance;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * burst) / perMs);
    const passes = tokens >= 1;
    this.#buckets.set(key, { tokens: passes ? tokens - 1 : tokens, at: now });
    return passes ? 0 : Math.ceil(((1 - tokens) * perMs) / burst / 1_000);
  }
}
