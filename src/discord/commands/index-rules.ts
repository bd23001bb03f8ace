import type { ChatInputCommandInteraction } from "discord.js";
import { isLinked, isSticker } from "../gateway/payloads.ts";
import { retentionCutoff } from "../ingest/guild-settings.ts";
import { answersIn } from "../texts/languages.ts";
import type { BotContext } from "./bot-context.ts";
import { managerOf } from "./viewer.ts";

export async function keepCaptions(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const captions = interaction.options.getBoolean("keep", true);
  await context.settings.update(guildId, (now) => ({ ...now, captions }));
  const { index } = answersIn(interaction.locale);
  if (captions) return index.captionsOn;
  await context.library.posts.eraseCaptions(guildId);
  return index.captionsOff;
}

export async function readText(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const isRead = interaction.options.getBoolean("read", true);
  await context.library.allowReadingPosts(guildId, isRead);
  const { index } = answersIn(interaction.locale);
  if (!isRead) return index.textOff;
  context.textReading.wake();
  return index.textOn;
}

export async function takeLinks(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const links = interaction.options.getBoolean("take", true);
  await context.settings.update(guildId, (now) => ({ ...now, links }));
  const { index } = answersIn(interaction.locale);
  return links ? index.linksOn : index.linksOff(await eraseThose(context, guildId, isLinked));
}

export async function takeStickers(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const stickers = interaction.options.getBoolean("take", true);
  await context.settings.update(guildId, (now) => ({ ...now, stickers }));
  const { index } = answersIn(interaction.locale);
  return stickers ? index.stickersOn : index.stickersOff(await eraseThose(context, guildId, isSticker));
}

/** Returns how many. */
async function eraseThose(
  { library, erasures }: BotContext,
  guildId: string,
  isOne: (attachment: { readonly id: string }) => boolean,
): Promise<number> {
  let erased = 0;
  for (const { channelId } of await library.posts.channels(guildId)) {
    const placed = await library.posts.placements({ guildId, channelId });
    for (const { placement } of placed) {
      const { messageId, attachmentId } = placement;
      if (!isOne({ id: attachmentId })) continue;
      const report = await erasures.erase({
        guildId,
        messageIds: [messageId],
        attachmentIds: [attachmentId],
      });
      erased += report.placements;
    }
  }
  return erased;
}

export async function creditProxies(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const proxies = interaction.options.getString("author", true) === "member" ? "member" : "webhook";
  await context.settings.update(guildId, (now) => ({ ...now, proxies }));
  return answersIn(interaction.locale).index[proxies];
}

export async function setRetention(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId } = await managerOf(interaction, context);
  const days = Math.max(0, Math.min(3_650, interaction.options.getInteger("days", true)));
  const retentionDays = days === 0 ? null : days;
  await context.settings.update(guildId, (now) => ({ ...now, retentionDays }));
  const { index } = answersIn(interaction.locale);
  if (retentionDays === null) return index.keptForGood;
  const { placements } = await context.erasures.erase({
    guildId,
    postedBefore: retentionCutoff(retentionDays),
  });
  return index.retention(days, placements);
}
