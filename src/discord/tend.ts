import type { Client } from "discord.js";
import type { App } from "./app.ts";
import { isWithheld } from "./attachments/raw-message.ts";
import type { Reconciler } from "./history/reconciler.ts";
import type { Refetcher } from "./history/refetcher.ts";
import { forgetChannel, forgetGuild } from "./intake/forget.ts";
import { type ReadParts, readMessages } from "./intake/read-messages.ts";
import { keptSince } from "./intake/take-pictures.ts";

export interface TendParts extends App, ReadParts {
  readonly client: Client;
  readonly reconciler: Reconciler;
  readonly refetcher: Refetcher;
}

/** Pictures that failed for a passing reason are tried again; messages deleted meanwhile are let go. */
export async function trySecondTime(parts: TendParts, guildId: string): Promise<void> {
  if (!parts.seesContent()) return;
  for (const at of await parts.secondTries.list(guildId)) {
    if (!at.due) continue;
    const place = await parts.server.place(guildId, at.channelId);
    if (!place) continue;
    const message = await parts.api.message(at.channelId, at.messageId);
    if (!message) {
      await parts.erasures.messages(guildId, [at.messageId]);
      await parts.secondTries.done(at);
      continue;
    }
    if (isWithheld(message)) continue;
    const { taken } = await readMessages(parts, place, [message], "history");
    if (!taken.some((each) => each.taken.kind === "failed")) await parts.secondTries.done(at);
  }
}

export async function enforceRetention({ settings, erasures }: TendParts, guildId: string): Promise<void> {
  const { retentionDays } = await settings.of(guildId);
  if (retentionDays !== null) await erasures.erase({ guildId, postedBefore: keptSince(retentionDays) });
}

/** Servers that threw the bot out while it was away. Forgotten only when Discord itself says so. */
export async function forgetLostGuilds(
  parts: TendParts,
  joined: ReadonlySet<string>,
  mine: (guildId: string) => boolean,
): Promise<void> {
  const noted = await parts.library.cursors.cursors("discord/history/");
  const kept = (await parts.library.status()).guilds.map(({ guildId }) => guildId);
  const known = new Set([...kept, ...[...noted.keys()].map((name) => name.split("/")[2] ?? "")]);
  for (const guildId of known) {
    if (joined.has(guildId) || !mine(guildId) || (await parts.api.guildExists(guildId))) continue;
    parts.log.info({ guildId }, "the bot is no longer in this server; its pictures are erased");
    await forgetGuild(parts, guildId);
  }
}

/** Channels that were deleted while the bot was away. One that is only hidden from it stays. */
export async function forgetLostChannels(parts: TendParts, guildId: string): Promise<void> {
  const guild = parts.client.guilds.cache.get(guildId);
  if (!guild?.available) return;
  const placed = await parts.library.posted.guildChannels(guildId);
  const rules = await parts.settings.of(guildId);
  const roots = new Set([
    ...Object.keys(rules.indexed),
    ...placed.map((place) => place.parentId ?? place.channelId),
  ]);
  for (const channelId of roots) {
    if (guild.channels.cache.has(channelId) || (await parts.api.channel(channelId))) continue;
    parts.log.info({ guildId, channelId }, "this channel is gone; its pictures are erased");
    await forgetChannel(parts, guildId, channelId);
  }
}
