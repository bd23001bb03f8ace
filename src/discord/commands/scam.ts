import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
  PermissionFlagsBits as P,
} from "discord.js";
import { scamActions } from "../ingest/guild-settings.ts";
import { answersIn } from "../texts/languages.ts";
import type { SlashCommand } from "./command.ts";
import { choiceText, commandText } from "./command-texts.ts";
import { markScam } from "./mark-scam.ts";
import { noteCommand } from "./note-command.ts";
import { channelTypes } from "./options.ts";
import { scamGallery } from "./scam-gallery.ts";
import { MAX_TIMEOUT_MINUTES, watchScams } from "./scam-rules.ts";
import { type Subcommands, subcommandOf } from "./subcommand.ts";
import { moderatorOf } from "./viewer.ts";

const subcommands: Subcommands = {
  watch: watchScams,
  mark: async (interaction, context) => {
    await moderatorOf(interaction, context);
    return markScam(interaction, context, [interaction.options.getAttachment("picture", true)]);
  },
  list: async (interaction, context) => {
    const { guildId } = await moderatorOf(interaction, context);
    return scamGallery(context, guildId, 0, answersIn(interaction.locale));
  },
};

export const scam: SlashCommand = {
  kind: "slash",
  data: {
    ...commandText("scam"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(P.ManageMessages),
    options: [
      {
        ...commandText("scam.watch"),
        type: OptionType.Subcommand,
        options: [
          {
            ...commandText("scam.watch.channel"),
            type: OptionType.Channel,
            channel_types: channelTypes.writable,
          },
          {
            ...commandText("scam.watch.action"),
            type: OptionType.String,
            choices: scamActions.map((action) => choiceText(`scam.watch.${action}`, action)),
          },
          {
            ...commandText("scam.watch.minutes"),
            type: OptionType.Integer,
            min_value: 1,
            max_value: MAX_TIMEOUT_MINUTES,
          },
          { ...commandText("scam.watch.bursts"), type: OptionType.Boolean },
        ],
      },
      {
        ...commandText("scam.mark"),
        type: OptionType.Subcommand,
        options: [
          {
            ...commandText("scam.mark.picture"),
            type: OptionType.Attachment,
            required: true,
            file_types: ["image"],
          },
        ],
      },
      { ...commandText("scam.list"), type: OptionType.Subcommand },
    ],
  },
  async execute(interaction, context) {
    const name = interaction.options.getSubcommand();
    const answer = await subcommandOf(subcommands, name)(interaction, context);
    if (name === "watch") await noteCommand(interaction, context, "/scam watch");
    return answer;
  },
};
