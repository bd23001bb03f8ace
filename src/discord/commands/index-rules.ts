import type { ChatInputCommandInteraction } from "discord.js";
import { pluralize } from "../../core/index.ts";
import { retentionCutoff } from "../ingest/guild-settings.ts";
import { pluralizeWere } from "../message-text.ts";
import type { BotContext } from "./bot-context.ts";
import { managerOf } from "./viewer.ts";

export async function keepCaptions(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const captions = interaction.options.getBoolean("keep", true);
  await context.settings.update(guildId, (now) => ({ ...now, captions }));
  if (captions) {
    return "Message text is kept with pictures posted from now on, and erased with the message. /find caption: searches it.";
  }
  await context.library.posts.eraseCaptions(guildId);
  return "No message text is kept. Every caption was erased.";
}

export async function readText(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const isRead = interaction.options.getBoolean("read", true);
  await context.library.allowReadingPosts(guildId, isRead);
  if (!isRead) return "Text in pictures is not read. What was read was erased.";
  context.textReading.wake();
  return "Text in pictures is read, old and new, so that /find finds its words. It is erased with the message.";
}

export async function creditProxies(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const proxies = interaction.options.getString("author", true) === "member" ? "member" : "webhook";
  await context.settings.update(guildId, (now) => ({ ...now, proxies }));
  return proxies === "webhook"
    ? "Pictures that a proxy (PluralKit, Tupperbox) posts from now on count as its webhook's: /privacy of the member behind does not reach them."
    : "Pictures that a proxy (PluralKit, Tupperbox) posts from now on count as the member's, and /privacy reaches them. For older messages of PluralKit the bot asks its public API who that is. Pictures taken before stay as they are until their channel is indexed anew.";
}

export async function setRetention(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const days = Math.max(0, Math.min(3_650, interaction.options.getInteger("days", true)));
  const retentionDays = days === 0 ? null : days;
  await context.settings.update(guildId, (now) => ({ ...now, retentionDays }));
  if (retentionDays === null) return "Pictures stay in the index until their message is deleted.";
  const { placements } = await context.erasures.erase({
    guildId,
    postedBefore: retentionCutoff(retentionDays),
  });
  return `Pictures leave the index ${pluralize(days, "day")} after they were posted. ${pluralizeWere(placements, "picture")} erased now.`;
}
