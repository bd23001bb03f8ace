import { ChannelType, DiscordAPIError } from "discord.js";
import type { ArchivedKind, DiscordApi, RawChannel } from "../gateway/discord-api.ts";
import type { ThreadParents } from "../permissions/thread-parents.ts";

export interface ThreadListParts {
  readonly api: DiscordApi;
  readonly threadParents: ThreadParents;
}

const REFUSALS = new Set([400, 403, 404]);

/** Threads of a channel that the bot can see: active ones, and those archived since then (ms). */
export async function listThreads(
  parts: ThreadListParts,
  guildId: string,
  channelId: string,
  since = 0,
): Promise<RawChannel[]> {
  const open = (await ifAllowed(() => parts.api.activeThreads(guildId))) ?? [];
  const active = open.filter((thread) => thread.parent_id === channelId);
  const archived = await archivedThreads(parts.api, channelId, since);
  const all = new Map([...active, ...archived].map((thread) => [thread.id, thread]));
  for (const thread of all.values()) {
    const isPrivate = thread.type === ChannelType.PrivateThread;
    await parts.threadParents.set(guildId, thread.id, { parentId: channelId, isPrivate });
  }
  return [...all.values()];
}

async function archivedThreads(api: DiscordApi, channelId: string, since: number): Promise<RawChannel[]> {
  const open = await ifAllowed(() => allPages(api, channelId, "public", since));
  const hidden = await ifAllowed(() => allPages(api, channelId, "private", since));
  const joined = hidden ?? (await ifAllowed(() => allPages(api, channelId, "joined-private", since)));
  return [...(open ?? []), ...(joined ?? [])];
}

async function allPages(api: DiscordApi, channelId: string, kind: ArchivedKind, since: number) {
  const found: RawChannel[] = [];
  for (let before: string | undefined; ; ) {
    const { threads, hasMore } = await api.archivedThreads(channelId, kind, before);
    found.push(...threads.filter((thread) => archivedAt(thread) >= since));
    const last = threads.at(-1);
    if (!hasMore || !last || archivedAt(last) < since) return found;
    before = kind === "joined-private" ? last.id : last.thread_metadata?.archive_timestamp;
    if (before === undefined) return found;
  }
}

const archivedAt = (thread: RawChannel): number =>
  Date.parse(thread.thread_metadata?.archive_timestamp ?? "") || Number.POSITIVE_INFINITY;

/** Some channels have no threads, and listing private ones needs permissions that most bots lack. */
async function ifAllowed<Result>(list: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof DiscordAPIError && REFUSALS.has(error.status)) return undefined;
    throw error;
  }
}
