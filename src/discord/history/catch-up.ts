import type { RawChannel } from "../discord-api.ts";
import { readMessages } from "../intake/read-messages.ts";
import { byAge, isLater } from "../snowflake.ts";
import { listThreads } from "./list-threads.ts";
import type { HistoryParts } from "./read-history.ts";

/** Archived threads may have moved shortly before the bot was last seen alive. */
const OVERLAP_MS = 10 * 60_000;

/**
 * Reads forward from the high-water mark to the present. Live messages arrive meanwhile; the mark moves page by
 * page, and the channel flows again once the end is reached. False when the place cannot be read now.
 */
export async function catchUpPlace(
  parts: HistoryParts,
  guildId: string,
  channelId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const mark = await parts.marks.saved(guildId, channelId);
  if (mark === undefined || !parts.seesContent()) return false;
  for (let after = mark; ; ) {
    const place = await parts.server.place(guildId, channelId);
    if (!place) return false;
    const page = place.holdsMessages ? await parts.api.history(channelId, { after }, signal) : [];
    const ids = page.map(({ id }) => id).sort(byAge);
    if (page.length > 0) await readMessages(parts, place, page, "live");
    signal.throwIfAborted();
    const latest = ids.at(-1);
    if (latest === undefined || !isLater(latest, after)) break;
    await parts.marks.advance(guildId, channelId, latest);
    after = latest;
  }
  if (!(await parts.server.place(guildId, channelId))) return false;
  parts.marks.flow(guildId, channelId);
  return true;
}

/**
 * The threads of a channel that lived since the bot was last seen alive, unknown ones to be read whole; then the
 * channel itself. So a channel that flows has been caught up on with all its threads.
 */
export async function catchUpChannel(
  parts: HistoryParts,
  guildId: string,
  channelId: string,
  { aliveAt, signal }: { readonly aliveAt: number; readonly signal: AbortSignal },
): Promise<void> {
  await parts.jobs.open(guildId, channelId, channelId);
  if (!(await parts.server.place(guildId, channelId))) return;
  await catchUpThreads(parts, guildId, channelId, { aliveAt, signal });
  await catchUpPlace(parts, guildId, channelId, signal);
}

async function catchUpThreads(
  parts: HistoryParts,
  guildId: string,
  channelId: string,
  { aliveAt, signal }: { readonly aliveAt: number; readonly signal: AbortSignal },
): Promise<void> {
  const root = await parts.jobs.get(guildId, channelId);
  if (!root?.threadsListed) return;
  const threads = await listThreads(parts, guildId, channelId, aliveAt - OVERLAP_MS);
  for (const thread of threads) {
    await parts.jobs.open(guildId, thread.id, channelId);
    if (parts.marks.flows(thread.id)) continue;
    if (await isCurrent(parts, guildId, thread)) parts.marks.flow(guildId, thread.id);
    else await catchUpPlace(parts, guildId, thread.id, signal);
  }
}

/** Nothing was written since the mark, by the thread's own account; what is written from now on arrives live. */
async function isCurrent({ marks }: HistoryParts, guildId: string, thread: RawChannel): Promise<boolean> {
  const mark = await marks.saved(guildId, thread.id);
  const last = thread.last_message_id;
  return mark !== undefined && last !== undefined && last !== null && !isLater(last, mark);
}
