import type { ChatInputCommandInteraction } from "discord.js";
import { GlimpseError, pluralize, UsageError } from "../../core/index.ts";
import { channelsReadableBy } from "../permissions/readable-channels.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";
import { managerOf } from "./viewer.ts";

const LINK = /channels\/(\d{1,20})\/(\d{1,20})\/(\d{1,20})/;
const MAX_ALLOWED = 500;

/** The pictures of a message may be posted again without a notice, or may no longer. */
export async function allowReposts(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<Reply> {
  const viewer = await managerOf(interaction, context);
  const { guildId } = viewer;
  const [, of, channelId = "", messageId = ""] =
    LINK.exec(interaction.options.getString("message", true)) ?? [];
  if (of !== guildId) throw new UsageError("Give the link of a message of this server: Copy Message Link.");
  const everywhere = { ...viewer, seesAgeRestricted: true };
  const [channel] = await channelsReadableBy(everywhere, [channelId], context.directory);
  const placed = channel ? await context.library.posts.placements({ guildId, messageIds: [messageId] }) : [];
  const ids = placed.filter(({ placement }) => placement.channelId === channelId).map(({ id }) => id);
  if (ids.length === 0) throw new GlimpseError("No picture of that message is in the index.");
  const isAllowed = interaction.options.getBoolean("again") ?? true;
  await context.settings.update(guildId, (now) => {
    const others = now.allowedReposts.filter((id) => !ids.includes(id));
    return { ...now, allowedReposts: isAllowed ? [...others, ...ids].slice(-MAX_ALLOWED) : others };
  });
  const may = isAllowed ? "may be posted again without a notice" : "is pointed out again when it is reposted";
  return { content: `${pluralize(ids.length, "picture")} of that message: each ${may}.` };
}
