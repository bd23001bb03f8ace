import type { ChatInputCommandInteraction } from "discord.js";
import { fittingLines, MAX_CONTENT } from "../message-text.ts";
import { channelsReadableBy } from "../permissions/readable-channels.ts";
import { answersIn } from "../texts/languages.ts";
import { describeTagRule } from "./autotag-set.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";
import { managerOf } from "./viewer.ts";

/** Labels of one rule among others. */
const MAX_SHOWN = 300;

/** The rules of channels that the invoking manager can see. */
export async function listTagRules(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<Reply> {
  const viewer = await managerOf(interaction, context);
  const texts = answersIn(interaction.locale);
  const { tagging, allowedReposts } = await context.settings.get(viewer.guildId);
  const everywhere = { ...viewer, seesAgeRestricted: true };
  const channels = await channelsReadableBy(everywhere, Object.keys(tagging), context.directory);
  const lines = channels.flatMap(({ channelId }) => {
    const rule = tagging[channelId];
    return rule ? [`- ${describeTagRule(texts, channelId, rule, MAX_SHOWN)}`] : [];
  });
  const allowed = allowedReposts.length > 0 ? `\n-# ${texts.autotag.allowed(allowedReposts.length)}` : "";
  if (lines.length === 0) lines.push(texts.autotag.noRule);
  const channelIds = channels.map(({ channelId }) => channelId);
  return {
    content: fittingLines(lines, { maxLength: MAX_CONTENT - allowed.length, more: texts.andMore }) + allowed,
    madeOf: { basis: { guildId: viewer.guildId, channelIds, seesAgeRestricted: true }, posts: [] },
  };
}
