import { setTimeout as pause } from "node:timers/promises";
import type { IIdentifyThrottler } from "discord.js";
import type { Library } from "../../core/index.ts";
import type { Log } from "../log.ts";

/** The shards of this process, among all that the bot has in every process. */
export interface ShardRange {
  readonly total: number;
  readonly first: number;
  /** Included. */
  readonly last: number;
}

type Leases = Library["leases"];

/** Discord counts identifies within this time. */
const IDENTIFY_WINDOW_MS = 5_000;
const LOOK_AGAIN_MS = 250;
const SHARD_LEASE_MS = 60_000;

export const shardsOf = ({ first, last }: ShardRange): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

/**
 * Discord limits how many shards may identify at once for the bot as a whole, whatever processes they are in: one for
 * each remainder of the shard's number by `max_concurrency`, in five seconds. So turns are taken in the library.
 */
export const sharedIdentifyThrottler = (leases: Leases, maxConcurrency: number): IIdentifyThrottler => ({
  async waitForIdentify(shard, signal) {
    // Not given back: it runs out when the next one may identify.
    while (!(await leases.acquire(`discord identify ${shard % maxConcurrency}`, IDENTIFY_WINDOW_MS)))
      await pause(LOOK_AGAIN_MS, undefined, { signal });
  },
});

/**
 * Does the work while no other process has any of these shards; two with the same would do everything twice. Waits for
 * one that has, such as the process that this one replaces.
 */
export async function withShards<Result>(
  { leases, log }: { readonly leases: Leases; readonly log: Log },
  range: ShardRange,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const held: { readonly renew: () => Promise<boolean>; readonly release: () => Promise<void> }[] = [];
  const renewal = setInterval(() => {
    for (const lease of held) void lease.renew().catch(() => undefined);
  }, SHARD_LEASE_MS / 3);
  try {
    for (const shard of shardsOf(range)) {
      const name = `discord shard ${shard} of ${range.total}`;
      for (let isFirst = true; ; isFirst = false) {
        if (signal.aborted) return undefined;
        const lease = await leases.acquire(name, SHARD_LEASE_MS);
        if (lease) {
          held.push(lease);
          break;
        }
        if (isFirst) log.warn({ shard }, "another process has this shard, waiting for it to end");
        await pause(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    return await work();
  } finally {
    clearInterval(renewal);
    for (const lease of held) await lease.release().catch(() => undefined);
  }
}
