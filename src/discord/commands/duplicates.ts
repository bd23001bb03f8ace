import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
} from "discord.js";
import { duplicatesPage } from "../results/duplicates-page.ts";
import type { SavedQuery } from "../results/saved-queries.ts";
import { answersIn } from "../texts/languages.ts";
import type { SlashCommand } from "./command.ts";
import { commandText } from "./command-texts.ts";
import { channelTypes, parseDates } from "./options.ts";
import { requireIndexed } from "./require-indexed.ts";
import { viewerOf } from "./viewer.ts";

export const duplicates: SlashCommand = {
  kind: "slash",
  rateLimited: true,
  data: {
    ...commandText("duplicates"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      {
        ...commandText("duplicates.channel"),
        type: OptionType.Channel,
        channel_types: channelTypes.searchable,
      },
      { ...commandText("duplicates.since"), type: OptionType.String, max_length: 30 },
    ],
  },
  async execute(interaction, context) {
    const viewer = viewerOf(interaction);
    await requireIndexed(context, viewer.guildId);
    const query: SavedQuery = {
      kind: "duplicates",
      guildId: viewer.guildId,
      userId: viewer.userId,
      terms: [],
      shown: "",
      sort: "relevance",
      narrowing: {
        channelId: interaction.options.getChannel("channel")?.id,
        ...(await parseDates(interaction.options)),
      },
    };
    const id = await context.queries.save(query);
    return duplicatesPage(context, viewer, { query, id, page: 0, texts: answersIn(interaction.locale) });
  },
};
