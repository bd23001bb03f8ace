import { RateLimit, type RateLimitOptions } from "../rate-limit.ts";
import { Refusal } from "../texts/refusal.ts";

export interface RateLimits {
  readonly perUser: RateLimit;
  readonly perGuild: RateLimit;
}

export const createRateLimits = (
  perUser: RateLimitOptions = { burst: 5, perMs: 10_000 },
  perGuild: RateLimitOptions = { burst: 30, perMs: 10_000 },
): RateLimits => ({ perUser: new RateLimit(perUser), perGuild: new RateLimit(perGuild) });

/** @throws Refusal */
export function enforceRateLimits(limits: RateLimits, userId: string, guildId: string | null): void {
  const wait = limits.perUser.take(userId) || (guildId ? limits.perGuild.take(guildId) : 0);
  if (wait === 0) return;
  throw new Refusal(({ tooOften }) => tooOften(wait));
}
