import { ComponentType, PermissionFlagsBits as P } from "discord.js";
import { nameOnOneLine, quoted } from "../message-text.ts";
import { customId } from "../results/custom-id.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { ComponentHandler, Reply } from "./command.ts";
import { chosen } from "./options.ts";
import { hasPermissionHere, viewerOf } from "./viewer.ts";

/** A member's own searches in this server, with a menu that removes one. */
export async function savedList(
  { savedSearches }: BotContext,
  guildId: string,
  userId: string,
  { saved }: AnswerTexts,
): Promise<Reply> {
  const own = (await savedSearches.of(guildId)).filter((search) => search.userId === userId);
  if (own.length === 0) return { content: saved.none, components: [] };
  const lines = own.map(({ words, threadId, isStopped }, at) =>
    [
      `**${at + 1}** ${quoted(words, 100)}`,
      threadId === null ? saved.direct : `<#${threadId}>`,
      ...(isStopped ? [saved.stopped] : []),
    ].join(" · "),
  );
  const options = own.map(({ id, words }, at) => ({
    label: nameOnOneLine(`${at + 1} ${words}`, 100),
    value: id,
  }));
  const menu = {
    type: ComponentType.StringSelect as const,
    custom_id: customId("unsaved"),
    placeholder: saved.remove,
    options,
  };
  return {
    content: lines.join("\n"),
    components: [{ type: ComponentType.ActionRow, components: [menu] }],
  };
}

/** One's own, in the list. */
export const removeSavedSearch: ComponentHandler = {
  prefix: "unsaved",
  answer: "update",
  async handle(interaction, _args, context) {
    const { guildId, userId } = viewerOf(interaction);
    const id = chosen(interaction);
    const search = (await context.savedSearches.of(guildId)).find(
      (each) => each.id === id && each.userId === userId,
    );
    if (search) await context.savedSearches.remove(search);
    return savedList(context, guildId, userId, answersIn(interaction.locale));
  },
};

/** Beneath a notice, also in a direct message: for the member, and for moderators where it stands in a thread. */
export const stopSavedSearch: ComponentHandler = {
  prefix: "unsave",
  answer: "reply",
  async handle(interaction, [guildId = "", memberId = "", id = ""], context) {
    const isOwn = interaction.user.id === memberId;
    const moderates = interaction.guildId === guildId && hasPermissionHere(interaction, P.ManageMessages);
    if (!isOwn && !moderates) throw new Refusal(({ saved }) => saved.notYours);
    const search = (await context.savedSearches.of(guildId)).find(
      (each) => each.id === id && each.userId === memberId,
    );
    if (search) await context.savedSearches.remove(search);
    return { content: answersIn(interaction.locale).saved.removed };
  },
};
