import type { Library } from "../../core/index.ts";
import type { Jobs } from "../history/jobs.ts";
import type { GuildSettingsStore } from "../settings/guild-settings.ts";
import type { Erasures } from "./erasures.ts";
import type { Marks } from "./marks.ts";

export interface ForgetParts {
  readonly library: Pick<Library, "posted" | "cursors">;
  readonly settings: GuildSettingsStore;
  readonly erasures: Erasures;
  readonly jobs: Jobs;
  readonly marks: Marks;
}

/** Takes a channel out of the index: its rule first, so that nothing new comes in, then all that was kept. */
export async function unindex(parts: ForgetParts, guildId: string, channelId: string): Promise<number> {
  await parts.settings.change(guildId, (now) => ({ ...now, indexed: without(now.indexed, channelId) }));
  let pictures = 0;
  for (const place of await placesOf(parts, guildId, channelId)) {
    pictures += (await parts.erasures.erase({ guildId, channelId: place })).placements;
    await forgetPosition(parts, guildId, place);
  }
  return pictures;
}

/** Before a channel is indexed: nothing of an earlier time may say that some of it was read. */
export async function forgetPositions(parts: ForgetParts, guildId: string, channelId: string): Promise<void> {
  for (const place of await placesOf(parts, guildId, channelId)) await forgetPosition(parts, guildId, place);
}

/** A channel that was deleted on Discord. */
export async function forgetChannel(parts: ForgetParts, guildId: string, channelId: string): Promise<void> {
  await parts.settings.change(guildId, (now) => ({
    ...now,
    indexed: without(now.indexed, channelId),
    tagging: without(now.tagging, channelId),
  }));
  for (const place of await placesOf(parts, guildId, channelId)) await forgetThread(parts, guildId, place);
}

/** A thread that was deleted on Discord. */
export async function forgetThread(parts: ForgetParts, guildId: string, threadId: string): Promise<void> {
  await parts.erasures.channel(guildId, threadId);
  await forgetPosition(parts, guildId, threadId);
}

/** The bot was removed from a server: nothing of it stays. */
export async function forgetGuild(parts: ForgetParts, guildId: string): Promise<void> {
  await parts.settings.forget(guildId);
  await parts.erasures.erase({ guildId });
  const { cursors } = parts.library;
  for (const noun of ["mark", "history", "retry", "thread", "progress"]) {
    const notes = await cursors.cursors(`discord/${noun}/${guildId}/`);
    for (const name of notes.keys()) await cursors.setCursor(name, undefined);
  }
}

async function forgetPosition({ jobs, marks, library }: ForgetParts, guildId: string, channelId: string) {
  await jobs.forget(guildId, channelId);
  await marks.forget(guildId, channelId);
  await library.cursors.setCursor(`discord/thread/${guildId}/${channelId}`, undefined);
  const retries = await library.cursors.cursors(`discord/retry/${guildId}/${channelId}/`);
  for (const name of retries.keys()) await library.cursors.setCursor(name, undefined);
}

/** The channel and every thread of it that something is known of. */
async function placesOf({ library, jobs }: ForgetParts, guildId: string, channelId: string) {
  const placed = await library.posted.guildChannels(guildId);
  const threads = placed.filter((place) => place.parentId === channelId).map((place) => place.channelId);
  const begun = (await jobs.list(guildId, channelId)).map((job) => job.channelId);
  return new Set([channelId, ...threads, ...begun]);
}

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
