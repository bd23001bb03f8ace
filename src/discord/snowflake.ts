import { z } from "zod";

/** Discord's ids: time since 2015 in the upper 42 bits, so that later is larger. Decimal text, never a number. */
export const snowflake = z.string().regex(/^\d{1,20}$/);

const DISCORD_EPOCH_MS = 1_420_070_400_000;

export const timeOf = (id: string): number => Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS;

/** The smallest id of that moment. */
export const idAt = (time: number): string =>
  String(BigInt(Math.max(0, Math.floor(time) - DISCORD_EPOCH_MS)) << 22n);

export const isLater = (id: string, other: string): boolean => BigInt(id) > BigInt(other);

export const byAge = (a: string, b: string): number => (a === b ? 0 : isLater(a, b) ? 1 : -1);
