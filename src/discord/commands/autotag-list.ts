import type { ChatInputCommandInteraction } from "discord.js";
import { pluralize } from "../../core/index.ts";
import { fittingLines, MAX_CONTENT } from "../message-text.ts";
import { channelsReadableBy } from "../permissions/readable-channels.ts";
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
  const { tagging, allowedReposts } = await context.settings.get(viewer.guildId);
  const everywhere = { ...viewer, seesAgeRestricted: true };
  const channels = await channelsReadableBy(everywhere, Object.keys(tagging), context.directory);
  const lines = channels.flatMap(({ channelId }) => {
    const rule = tagging[channelId];
    return rule ? [`- ${describeTagRule(channelId, rule, MAX_SHOWN)}`] : [];
  });
  const allowed =
    allowedReposts.length > 0
      ? `\n-# ${pluralize(allowedReposts.length, "picture")} may be posted again without a notice (/autotag allow)`
      : "";
  if (lines.length === 0) lines.push("No channel that you can see has a rule. Make one with /autotag set.");
  const channelIds = channels.map(({ channelId }) => channelId);
  return {
    content: fittingLines(lines, { maxLength: MAX_CONTENT - allowed.length }) + allowed,
    madeOf: { basis: { channelIds, seesAgeRestricted: true }, posts: [] },
  };
}
