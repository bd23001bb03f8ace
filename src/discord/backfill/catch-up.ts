import type { RawChannel } from "../gateway/discord-api.ts";
import { compareSnowflakes, isLater } from "../gateway/payloads.ts";
import { ingestMessages } from "../ingest/ingest-messages.ts";
import type { BackfillParts } from "./backfill-page.ts";
import { listThreads } from "./list-threads.ts";

/** Threads may have been archived shortly before the bot was last alive. */
const OVERLAP_MS = 10 * 60_000;

/**
 * Reads forward from the high-water mark to the present, while live messages keep arriving. The mark advances page by
 * page, and the channel is live again at the end. False when it cannot be read now.
 */
export async function catchUpChannel(
  parts: BackfillParts,
  guildId: string,
  channelId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const mark = await parts.marks.get(guildId, channelId);
  if (mark === undefined || !parts.seesContent()) return false;
  for (let after = mark; ; ) {
    const channel = await parts.directory.readableChannel(guildId, channelId);
    if (!channel) return false;
    const page = channel.holdsMessages ? await parts.api.messages(channelId, { after }, signal) : [];
    const ids = page.map(({ id }) => id).sort(compareSnowflakes);
    if (page.length > 0) await ingestMessages(parts, channel, page, "live");
    signal.throwIfAborted();
    const latest = ids.at(-1);
    if (latest === undefined || !isLater(latest, after)) break;
    await parts.marks.advance(guildId, channelId, latest);
    after = latest;
  }
  if (!(await parts.directory.readableChannel(guildId, channelId))) return false;
  parts.marks.setLive(guildId, channelId);
  return true;
}

/**
 * Catches up on the threads that were active since the bot was last alive, queues unknown ones for a full backfill,
 * then catches up on the channel itself: a channel that is live is complete with all its threads.
 */
export async function catchUpWithThreads(
  parts: BackfillParts,
  guildId: string,
  channelId: string,
  { aliveAt, signal }: { readonly aliveAt: number; readonly signal: AbortSignal },
): Promise<void> {
  await parts.backfillProgress.getOrCreate(guildId, channelId, channelId);
  if (!(await parts.directory.readableChannel(guildId, channelId))) return;
  await catchUpThreads(parts, guildId, channelId, { aliveAt, signal });
  await catchUpChannel(parts, guildId, channelId, signal);
}

async function catchUpThreads(
  parts: BackfillParts,
  guildId: string,
  channelId: string,
  { aliveAt, signal }: { readonly aliveAt: number; readonly signal: AbortSignal },
): Promise<void> {
  const root = await parts.backfillProgress.get(guildId, channelId);
  if (!root?.threadsListed) return;
  const threads = await listThreads(parts, guildId, channelId, aliveAt - OVERLAP_MS);
  for (const thread of threads) {
    await parts.backfillProgress.getOrCreate(guildId, thread.id, channelId);
    if (parts.marks.isLive(thread.id)) continue;
    if (await isCurrent(parts, guildId, thread)) parts.marks.setLive(guildId, thread.id);
    else await catchUpChannel(parts, guildId, thread.id, signal);
  }
}

/** The thread's last message is not past the mark; later ones arrive live. */
async function isCurrent({ marks }: BackfillParts, guildId: string, thread: RawChannel): Promise<boolean> {
  const mark = await marks.get(guildId, thread.id);
  const last = thread.last_message_id;
  return mark !== undefined && last !== undefined && last !== null && !isLater(last, mark);
}
