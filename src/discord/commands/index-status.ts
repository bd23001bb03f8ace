import type { ChatInputCommandInteraction } from "discord.js";
import { describeReport, indexReport } from "../backfill/index-report.ts";
import { fittingLines, MAX_CONTENT } from "../message-text.ts";
import { channelsReadableBy } from "../permissions/readable-channels.ts";
import { answersIn } from "../texts/languages.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";
import { managerOf } from "./viewer.ts";

const MAX_LINES = 15;

/** The progress of each indexed channel that the invoking manager can see. */
export async function indexStatus(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<Reply> {
  const viewer = await managerOf(interaction, context);
  const { guildId } = viewer;
  const guildSettings = await context.settings.get(guildId);
  const only = interaction.options.getChannel("channel")?.id;
  const roots = Object.keys(guildSettings.indexed).filter((id) => only === undefined || id === only);
  const channels = await channelsReadableBy({ ...viewer, seesAgeRestricted: true }, roots, context.directory);
  const { backfillProgress, retryQueue } = context;
  const { posts } = context.library;
  const readsText = await context.library.readsPosts(guildId);
  const texts = answersIn(interaction.locale);
  const lines: string[] = [];
  const countable = async (ids: readonly string[]) => {
    const open = await channelsReadableBy({ ...viewer, seesAgeRestricted: true }, ids, context.directory);
    return open.map(({ channelId }) => channelId);
  };
  for (const { channelId } of channels.slice(0, MAX_LINES)) {
    const paused = guildSettings.indexed[channelId]?.paused === true;
    const report = await indexReport({ backfillProgress, retryQueue, posts }, guildId, channelId, {
      paused,
      countable,
    });
    lines.push(describeReport(channelId, report, texts));
  }
  if (lines.length === 0) lines.push(texts.index.none);
  const above = context.seesContent() ? "" : `${texts.noContent}\n`;
  const below = `\n-# ${texts.index.rules(guildSettings.captions, readsText, guildSettings.retentionDays)}`;
  const maxLength = MAX_CONTENT - above.length - below.length;
  const total = Math.max(lines.length, channels.length);
  const channelIds = channels.map(({ channelId }) => channelId);
  return {
    content: above + fittingLines(lines, { maxLength, total, more: texts.andMore }) + below,
    madeOf: { basis: { guildId, channelIds, seesAgeRestricted: true }, posts: [] },
  };
}
