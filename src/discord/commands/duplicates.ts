import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
} from "discord.js";
import { readerBehind } from "../asker.ts";
import type { SlashCommand } from "../command.ts";
import { duplicatesPage } from "../gallery/duplicates-page.ts";
import type { Question } from "../gallery/saved-questions.ts";
import { words } from "../words.ts";
import { channelTypes } from "./channel-types.ts";
import { parseDay } from "./date-option.ts";

export const duplicates: SlashCommand = {
  kind: "slash",
  costly: true,
  data: {
    ...words("duplicates"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      { ...words("duplicates.channel"), type: OptionType.Channel, channel_types: channelTypes.searchable },
      { ...words("duplicates.since"), type: OptionType.String, max_length: 10 },
    ],
  },
  async execute(interaction, app) {
    const reader = readerBehind(interaction);
    const question: Question = {
      kind: "duplicates",
      guildId: reader.guildId,
      userId: reader.userId,
      terms: [],
      shown: "",
      sort: "relevance",
      narrowing: {
        channelId: interaction.options.getChannel("channel")?.id,
        since: parseDay(interaction.options.getString("since")),
      },
    };
    const id = await app.questions.save(question);
    return duplicatesPage(app, reader, { question, id, page: 0 });
  },
};
