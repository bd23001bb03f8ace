import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
  PermissionFlagsBits as P,
} from "discord.js";
import { tagModes } from "../ingest/guild-settings.ts";
import { allowReposts } from "./autotag-allow.ts";
import { listTagRules } from "./autotag-list.ts";
import { setTagRule } from "./autotag-set.ts";
import type { SlashCommand } from "./command.ts";
import { choiceText, commandText } from "./command-texts.ts";
import { noteCommand } from "./note-command.ts";
import { channelTypes } from "./options.ts";
import { type Subcommands, subcommandOf } from "./subcommand.ts";

/** Suggested label sets. */
const presets = [
  "📷 photo, 🖥️ screenshot, 🎨 drawing, 😂 meme, 📄 document",
  "🐱 cat, 🐶 dog, 🐦 bird, 🐠 fish, 🐴 horse",
  "🍝 food, 🏞️ landscape, 🏙️ city, 🧑 people, 🚗 vehicle",
];

const subcommands: Subcommands = {
  set: setTagRule,
  list: listTagRules,
  allow: allowReposts,
};

export const autotag: SlashCommand = {
  kind: "slash",
  data: {
    ...commandText("autotag"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(P.ManageGuild),
    options: [
      {
        ...commandText("autotag.set"),
        type: OptionType.Subcommand,
        options: [
          {
            ...commandText("autotag.channel"),
            type: OptionType.Channel,
            channel_types: channelTypes.indexable,
            required: true,
          },
          {
            ...commandText("autotag.mode"),
            type: OptionType.String,
            required: true,
            choices: tagModes.map((mode) => choiceText(`autotag.mode.${mode}`, mode)),
          },
          {
            ...commandText("autotag.labels"),
            type: OptionType.String,
            max_length: 1_000,
            autocomplete: true,
          },
          {
            ...commandText("autotag.threshold"),
            type: OptionType.Number,
            min_value: 0.05,
            max_value: 0.95,
          },
          { ...commandText("autotag.log"), type: OptionType.Channel, channel_types: channelTypes.writable },
          { ...commandText("autotag.reposts"), type: OptionType.Boolean },
          {
            ...commandText("autotag.repost-wait"),
            type: OptionType.Integer,
            min_value: 0,
            max_value: 8_760,
          },
        ],
      },
      { ...commandText("autotag.list"), type: OptionType.Subcommand },
      {
        ...commandText("autotag.allow"),
        type: OptionType.Subcommand,
        options: [
          {
            ...commandText("autotag.allow.message"),
            type: OptionType.String,
            required: true,
            max_length: 200,
          },
          { ...commandText("autotag.allow.again"), type: OptionType.Boolean },
        ],
      },
    ],
  },
  autocomplete(interaction) {
    const typed = interaction.options.getFocused().toLowerCase();
    return presets.filter((preset) => preset.includes(typed));
  },
  async execute(interaction, context) {
    const name = interaction.options.getSubcommand(false) ?? "set";
    const answer = await subcommandOf(subcommands, name)(interaction, context);
    if (name !== "list") await noteCommand(interaction, context, `/autotag ${name}`);
    return answer;
  },
};
