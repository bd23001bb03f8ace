import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
} from "discord.js";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply, SlashCommand } from "./command.ts";
import { commandText } from "./command-texts.ts";
import { channelTypes } from "./options.ts";
import { addSavedSearch } from "./saved-add.ts";
import { savedList } from "./saved-list.ts";
import { viewerOf } from "./viewer.ts";

type Subcommand = (interaction: ChatInputCommandInteraction, context: BotContext) => Promise<Reply>;

const subcommands: Readonly<Record<string, Subcommand>> = {
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
    const subcommand = subcommands[interaction.options.getSubcommand()];
    if (!subcommand) throw new Refusal(({ otherVersion }) => otherVersion);
    return subcommand(interaction, context);
  },
};
