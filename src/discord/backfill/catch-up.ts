import type { RawChannel } from "../gateway/discord-api.ts";
import { compareSnowflakes, isLater } from "../gateway/payloads.ts";
import { ingestMessages } from "../ingest/ingest-messages.ts";
import type { BackfillParts } from "./backfill-page.ts";
import { listThreads } from "./list-threads.ts";

/** Archived threads may have moved shortly before the bot was last seen alive. */
const OVERLAP_MS = 10 * 60_000;

/**
 * Reads forward from the high-water mark to the present. Live messages arrive meanwhile; the mark moves page by
 * page, and the channel flows again once the end is reached. False when the place cannot be read now.
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
 * The threads of a channel that lived since the bot was last seen alive, unknown ones to be read whole; then the
 * channel itself. So a channel that flows has been caught up on with all its threads.
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

/** Nothing was written since the mark, by the thread's own account; what is written from now on arrives live. */
async function isCurrent({ marks }: BackfillParts, guildId: string, thread: RawChannel): Promise<boolean> {
  const mark = await marks.get(guildId, thread.id);
  const last = thread.last_message_id;
  return mark !== undefined && last !== undefined && last !== null && !isLater(last, mark);
}
