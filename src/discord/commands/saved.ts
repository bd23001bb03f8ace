import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
} from "discord.js";
import { answersIn } from "../texts/languages.ts";
import type { SlashCommand } from "./command.ts";
import { commandText } from "./command-texts.ts";
import { channelTypes } from "./options.ts";
import { addSavedSearch } from "./saved-add.ts";
import { savedList } from "./saved-list.ts";
import { type Subcommands, subcommandOf } from "./subcommand.ts";
import { viewerOf } from "./viewer.ts";

const subcommands: Subcommands = {
  add: addSavedSearch,
  list: async (interaction, context) => {
    const { guildId, userId } = viewerOf(interaction);
    return savedList(context, guildId, userId, answersIn(interaction.locale));
  },
};

export const saved: SlashCommand = {
  kind: "slash",
  rateLimited: true,
  data: {
    ...commandText("saved"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: [
      {
        ...commandText("saved.add"),
        type: OptionType.Subcommand,
        options: [
          { ...commandText("saved.add.query"), type: OptionType.String, required: true, max_length: 200 },
          {
            ...commandText("saved.add.thread"),
            type: OptionType.Channel,
            channel_types: channelTypes.threads,
          },
          { ...commandText("saved.add.dm"), type: OptionType.Boolean },
        ],
      },
      { ...commandText("saved.list"), type: OptionType.Subcommand },
    ],
  },
  async execute(interaction, context) {
    return subcommandOf(subcommands, interaction.options.getSubcommand())(interaction, context);
  },
};
