import type { Client } from "discord.js";
import { ENTIRE_LIBRARY, type Library } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import type { AuditLog } from "../ingest/audit-log.ts";
import { retentionCutoff } from "../ingest/guild-settings.ts";
import { type IngestParts, ingestMessages } from "../ingest/ingest-messages.ts";
import type { Log } from "../log.ts";
import type { ChannelDirectory } from "../permissions/readable-channels.ts";
import { type PurgeParts, purgeChannel, purgeGuild } from "./purge.ts";

export interface MaintenanceParts extends IngestParts, PurgeParts {
  readonly library: Pick<Library, "posts" | "state" | "within" | "marks" | "allowReadingPosts" | "maintain">;
  readonly client: Client;
  readonly api: DiscordApi;
  readonly directory: ChannelDirectory;
  readonly audit: AuditLog;
  readonly seesContent: () => boolean;
  readonly log: Log;
}

/** Retries what is due; entries whose message was deleted meanwhile are dropped. */
export async function retryFailedPictures(parts: MaintenanceParts, guildId: string): Promise<void> {
  if (!parts.seesContent()) return;
  for (const at of await parts.retryQueue.list(guildId)) {
    if (!at.due) continue;
    const channel = await parts.directory.readableChannel(guildId, at.channelId);
    if (!channel) continue;
    const message = await parts.api.message(at.channelId, at.messageId);
    if (!message) {
      await parts.erasures.eraseMessages(guildId, [at.messageId]);
      await parts.retryQueue.remove(at);
      continue;
    }
    if (await parts.api.withholds(message)) continue;
    const { ingested } = await ingestMessages(parts, channel, [message], "history");
    if (!ingested.some(({ result }) => result.kind === "failed")) await parts.retryQueue.remove(at);
  }
}

export async function enforceRetention(
  { settings, erasures, audit }: MaintenanceParts,
  guildId: string,
): Promise<void> {
  const { retentionDays } = await settings.get(guildId);
  if (retentionDays === null) return;
  const { placements } = await erasures.erase({ guildId, postedBefore: retentionCutoff(retentionDays) });
  if (placements > 0) await audit.note(guildId, ({ tooOld }) => tooOld(placements, retentionDays));
}

/** From three at night, by the clock of the bot's machine, and once each night: questions wait for what is rewritten. */
const NIGHT = { from: 3, until: 5 };
const LAST_NIGHT = "discord/maintained";

/** Rids the database's files of what was erased during the day. */
export async function maintainAtNight(
  { library, log }: Pick<MaintenanceParts, "library" | "log">,
  now = new Date(),
): Promise<void> {
  const hour = now.getHours();
  if (hour < NIGHT.from || hour >= NIGHT.until) return;
  const night = now.toDateString();
  if ((await library.state.get(LAST_NIGHT)) === night) return;
  const { erasures, rewritten, postponed } = await library.maintain();
  for (const reason of postponed) log.warn({ reason }, "what was erased is still in the database's files");
  if (postponed.length > 0) return;
  await library.state.set(LAST_NIGHT, night);
  if (erasures > 0) log.info({ erasures, rewritten }, "what was erased is gone from the database's files");
}

const JOINED = "discord/joined/";

/** One with rules and no picture would else be forgotten when the bot is removed from it while it is away. */
export async function noteJoined(
  { library }: Pick<MaintenanceParts, "library">,
  guildId: string,
): Promise<void> {
  const name = JOINED + guildId;
  if ((await library.state.get(name)) === undefined) await library.state.set(name, String(Date.now()));
}

/** Servers that removed the bot while it was away; purged only when Discord confirms it. */
export async function purgeLeftGuilds(
  parts: MaintenanceParts,
  joined: ReadonlySet<string>,
  ownsGuild: (guildId: string) => boolean,
): Promise<void> {
  const noted = await parts.library.state.list("discord/history/");
  const kept = (await parts.library.within(ENTIRE_LIBRARY).status()).guilds.map(({ guildId }) => guildId);
  const withHistory = [...noted.keys()].map((name) => name.split("/")[2] ?? "");
  const known = new Set([
    ...kept,
    ...withHistory,
    ...(await parts.scamList.servers()),
    ...(await parts.savedSearches.servers()),
    ...[...(await parts.library.state.list(JOINED)).keys()].map((name) => name.slice(JOINED.length)),
  ]);
  for (const guildId of known) {
    if (joined.has(guildId) || !ownsGuild(guildId) || (await parts.api.guildExists(guildId))) continue;
    parts.log.info({ guildId }, "the bot is no longer in this server; its pictures are erased");
    await purgeGuild(parts, guildId);
  }
}

/** Channels deleted while the bot was away. One that is only hidden from it is kept. */
export async function purgeDeletedChannels(parts: MaintenanceParts, guildId: string): Promise<void> {
  const guild = parts.client.guilds.cache.get(guildId);
  if (!guild?.available) return;
  const placed = await parts.library.posts.channels(guildId);
  const { auditChannelId, indexed, tagging, scam, safety } = await parts.settings.get(guildId);
  const written = [
    auditChannelId,
    scam.channelId,
    safety.flag?.channelId,
    ...Object.values(tagging).map(({ logChannelId }) => logChannelId),
  ];
  const roots = new Set([
    // The log first: what is told of the others goes elsewhere then.
    ...written.flatMap((channelId) => channelId ?? []),
    ...Object.keys(tagging),
    ...Object.keys(indexed),
    ...placed.map((channel) => channel.parentId ?? channel.channelId),
  ]);
  for (const channelId of roots) {
    if (guild.channels.cache.has(channelId) || (await parts.api.channel(channelId))) continue;
    parts.log.info({ guildId, channelId }, "this channel is gone; its pictures are erased");
    await purgeChannel(parts, guildId, channelId);
  }
}
