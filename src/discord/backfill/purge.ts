import type { Library } from "../../core/index.ts";
import type { AuditLog } from "../ingest/audit-log.ts";
import type { Erasures } from "../ingest/erasures.ts";
import type { GuildSettingsStore, TagRule } from "../ingest/guild-settings.ts";
import type { HighWaterMarks } from "../ingest/high-water-marks.ts";
import type { SavedSearches } from "../ingest/saved-searches.ts";
import type { ScamList } from "../ingest/scam-list.ts";
import type { BackfillProgress } from "./backfill-progress.ts";

export interface PurgeParts {
  readonly library: Pick<Library, "posts" | "state" | "marks" | "allowReadingPosts">;
  readonly settings: GuildSettingsStore;
  readonly erasures: Erasures;
  readonly backfillProgress: BackfillProgress;
  readonly marks: HighWaterMarks;
  readonly scamList: ScamList;
  readonly savedSearches: SavedSearches;
}

/** Its setting goes first, so that nothing new comes in while its pictures are erased. Returns how many were. */
export async function unindexChannel(parts: PurgeParts, guildId: string, channelId: string): Promise<number> {
  await parts.settings.update(guildId, (now) => ({ ...now, indexed: without(now.indexed, channelId) }));
  let pictures = 0;
  for (const id of await channelAndThreads(parts, guildId, channelId)) {
    pictures += (await parts.erasures.erase({ guildId, channelId: id })).placements;
    await resetChannelProgress(parts, guildId, id);
  }
  return pictures;
}

/** Before a channel is indexed: no position of an earlier time may mark any of it as read. */
export async function resetProgress(parts: PurgeParts, guildId: string, channelId: string): Promise<void> {
  for (const id of await channelAndThreads(parts, guildId, channelId))
    await resetChannelProgress(parts, guildId, id);
}

/** A channel that was deleted on Discord. */
export async function purgeChannel(
  parts: PurgeParts & { readonly audit: AuditLog },
  guildId: string,
  channelId: string,
): Promise<void> {
  const { auditChannelId, tagging, scam, safety } = await parts.settings.get(guildId);
  const logsTags = (rule: TagRule) => rule.mode === "log" && rule.logChannelId === channelId;
  await parts.settings.update(guildId, (now) => ({
    ...now,
    indexed: without(now.indexed, channelId),
    tagging: Object.fromEntries(
      Object.entries(without(now.tagging, channelId)).map(([id, rule]) => [
        id,
        logsTags(rule) ? { ...rule, mode: "off" as const, logChannelId: undefined } : rule,
      ]),
    ),
    auditChannelId: now.auditChannelId === channelId ? null : now.auditChannelId,
    scam: { ...now.scam, channelId: now.scam.channelId === channelId ? null : now.scam.channelId },
    safety: now.safety.flag?.channelId === channelId ? without(now.safety, "flag") : now.safety,
  }));
  const silenced = [
    ...(auditChannelId === channelId ? ["/index log"] : []),
    ...(scam.channelId === channelId ? ["/scam watch"] : []),
    ...(safety.flag?.channelId === channelId ? ["/safety set"] : []),
    ...(Object.values(tagging).some(logsTags) ? ["/autotag set"] : []),
  ];
  if (silenced.length > 0)
    await parts.audit.warn(guildId, ({ channelGone }) => channelGone(silenced.join(", ")));
  for (const id of await channelAndThreads(parts, guildId, channelId)) await purgeThread(parts, guildId, id);
}

/** A thread that was deleted on Discord. */
export async function purgeThread(parts: PurgeParts, guildId: string, threadId: string): Promise<void> {
  await parts.erasures.eraseChannel(guildId, threadId);
  await resetChannelProgress(parts, guildId, threadId);
}

/** The bot was removed from a server: nothing of it is kept. */
export async function purgeGuild(parts: PurgeParts, guildId: string): Promise<void> {
  await parts.settings.delete(guildId);
  await parts.library.allowReadingPosts(guildId, false);
  const { state } = parts.library;
  // The bot can delete nothing there any more.
  for (const name of (await state.list(`discord/about/${guildId}/`)).keys()) await state.set(name, undefined);
  await parts.erasures.erase({ guildId });
  await parts.library.marks.erase({ guildId });
  await parts.scamList.erase(guildId);
  await parts.savedSearches.eraseGuild(guildId);
  for (const noun of ["mark", "history", "retry", "thread", "progress"]) {
    const notes = await state.list(`discord/${noun}/${guildId}/`);
    for (const name of notes.keys()) await state.set(name, undefined);
  }
  for (const noun of ["welcomed", "alive", "joined"])
    await state.set(`discord/${noun}/${guildId}`, undefined);
}

async function resetChannelProgress(
  { backfillProgress, marks, library }: PurgeParts,
  guildId: string,
  channelId: string,
) {
  await backfillProgress.delete(guildId, channelId);
  await marks.delete(guildId, channelId);
  await library.state.set(`discord/thread/${guildId}/${channelId}`, undefined);
  const retries = await library.state.list(`discord/retry/${guildId}/${channelId}/`);
  for (const name of retries.keys()) await library.state.set(name, undefined);
}

/** Ids of the channel and all its known threads. */
async function channelAndThreads(
  { library, backfillProgress }: PurgeParts,
  guildId: string,
  channelId: string,
) {
  const placed = await library.posts.channels(guildId);
  const threads = placed
    .filter((channel) => channel.parentId === channelId)
    .map((channel) => channel.channelId);
  const begun = (await backfillProgress.list(guildId, channelId)).map((job) => job.channelId);
  return new Set([channelId, ...threads, ...begun]);
}

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
