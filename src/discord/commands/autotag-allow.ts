import type { ChatInputCommandInteraction } from "discord.js";
import { channelsReadableBy } from "../permissions/readable-channels.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
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
  if (of !== guildId) throw new Refusal(({ autotag }) => autotag.giveLink);
  const everywhere = { ...viewer, seesAgeRestricted: true };
  const [channel] = await channelsReadableBy(everywhere, [channelId], context.directory);
  const placed = channel ? await context.library.posts.placements({ guildId, messageIds: [messageId] }) : [];
  const ids = placed.filter(({ placement }) => placement.channelId === channelId).map(({ id }) => id);
  if (ids.length === 0) throw new Refusal(({ autotag }) => autotag.noneOfThat);
  const isAllowed = interaction.options.getBoolean("again") ?? true;
  await context.settings.update(guildId, (now) => {
    const others = now.allowedReposts.filter((id) => !ids.includes(id));
    return { ...now, allowedReposts: isAllowed ? [...others, ...ids].slice(-MAX_ALLOWED) : others };
  });
  const { nowAllowed, nowNotAllowed } = answersIn(interaction.locale).autotag;
  return { content: (isAllowed ? nowAllowed : nowNotAllowed)(ids.length) };
}
