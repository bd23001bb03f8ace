import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
  PermissionFlagsBits as P,
} from "discord.js";
import { UsageError } from "../../core/index.ts";
import type { App } from "../app.ts";
import type { SlashCommand } from "../command.ts";
import { words } from "../words.ts";
import { channelTypes } from "./channel-types.ts";
import { addChannel, pauseChannel, removeChannel, resumeChannel } from "./index-changes.ts";
import { keepCaptions, setRetention } from "./index-rules.ts";
import { indexStatus } from "./index-status.ts";
import { managerBehind } from "./manager.ts";

type Subcommand = (interaction: ChatInputCommandInteraction, app: App) => Promise<string>;

const subcommands: Readonly<Record<string, Subcommand>> = {
  add: addChannel,
  remove: removeChannel,
  status: indexStatus,
  pause: pauseChannel,
  resume: resumeChannel,
  captions: keepCaptions,
  retention: setRetention,
};

const channel = {
  ...words("index.channel"),
  type: OptionType.Channel as const,
  channel_types: channelTypes.indexable,
  required: true,
};

export const index: SlashCommand = {
  kind: "slash",
  data: {
    ...words("index"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(P.ManageGuild),
    options: [
      { ...words("index.add"), type: OptionType.Subcommand, options: [channel] },
      { ...words("index.remove"), type: OptionType.Subcommand, options: [channel] },
      { ...words("index.status"), type: OptionType.Subcommand, options: [{ ...channel, required: false }] },
      { ...words("index.pause"), type: OptionType.Subcommand, options: [channel] },
      { ...words("index.resume"), type: OptionType.Subcommand, options: [channel] },
      {
        ...words("index.captions"),
        type: OptionType.Subcommand,
        options: [{ ...words("index.captions.keep"), type: OptionType.Boolean, required: true }],
      },
      {
        ...words("index.retention"),
        type: OptionType.Subcommand,
        options: [
          {
            ...words("index.retention.days"),
            type: OptionType.Integer,
            required: true,
            min_value: 0,
            max_value: 3_650,
          },
        ],
      },
    ],
  },
  async execute(interaction, app) {
    const reader = managerBehind(interaction);
    const name = interaction.options.getSubcommand();
    const subcommand = subcommands[name];
    if (!subcommand) throw new UsageError("There is no such part of /index.");
    const content = await subcommand(interaction, app);
    if (name !== "status") {
      app.log.info(
        { guildId: reader.guildId, userId: reader.userId, change: `index ${name}` },
        "rules changed",
      );
    }
    return { content };
  },
};
