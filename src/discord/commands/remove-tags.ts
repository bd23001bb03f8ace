import { type MessageComponentInteraction, PermissionFlagsBits as P } from "discord.js";
import type { MessageAboutPictures } from "../ingest/messages-about-pictures.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { ComponentHandler } from "./command.ts";
import { hasPermissionHere, viewerOf } from "./viewer.ts";

/** Lets the poster or a moderator delete a tag message. */
export const removeTags: ComponentHandler = {
  prefix: "untag",
  answer: "reply",
  async handle(interaction, args, context) {
    const { guildId, userId } = viewerOf(interaction);
    const tags = await tagsUnder(interaction, args.at(-1) ?? "", context);
    const isPoster = tags?.posts.some(({ authorId }) => authorId === userId) === true;
    if (!tags || !(isPoster || hasPermissionHere(interaction, P.ManageMessages))) {
      throw new Refusal(({ tags: texts }) => texts.notYours);
    }
    await context.about.remove(guildId, tags);
    return { content: answersIn(interaction.locale).tags.removed };
  },
};

/**
 * The message of the button, if it is one of tags for that post: clients can send any id, so it must be known, or, from
 * before such messages were noted, answer that post.
 */
async function tagsUnder(
  interaction: MessageComponentInteraction,
  postId: string,
  { about, api }: BotContext,
): Promise<MessageAboutPictures | undefined> {
  const { message, channelId, guildId } = interaction;
  if (guildId === null || !/^\d{1,20}$/.test(postId)) return undefined;
  const known = await about.find(guildId, postId, message.id);
  if (known) return known.by === undefined ? known : undefined;
  const isOurs = message.author.id === interaction.client.user.id;
  if (!isOurs || message.reference?.messageId !== postId) return undefined;
  const post = await api.message(channelId, postId);
  const posts = post ? [{ channelId, messageId: postId, attachmentId: "0", authorId: post.author.id }] : [];
  return { channelId, messageId: message.id, posts };
}
