import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
  PermissionFlagsBits as P,
} from "discord.js";
import { proxyAuthors } from "../ingest/guild-settings.ts";
import type { Reply, SlashCommand } from "./command.ts";
import { choiceText, commandText } from "./command-texts.ts";
import {
  addChannel,
  estimateChannel,
  pauseChannel,
  removeChannel,
  resumeChannel,
  setAuditLog,
} from "./index-changes.ts";
import { exportIndex } from "./index-export.ts";
import {
  creditProxies,
  keepCaptions,
  readText,
  setRetention,
  takeLinks,
  takeStickers,
} from "./index-rules.ts";
import { indexStatus } from "./index-status.ts";
import { noteCommand } from "./note-command.ts";
import { channelTypes } from "./options.ts";
import { type Subcommands, subcommandOf } from "./subcommand.ts";
import { managerOf } from "./viewer.ts";

const subcommands: Subcommands<string | Reply> = {
  add: addChannel,
  estimate: estimateChannel,
  remove: removeChannel,
  status: indexStatus,
  pause: pauseChannel,
  resume: resumeChannel,
  captions: keepCaptions,
  text: readText,
  links: takeLinks,
  stickers: takeStickers,
  retention: setRetention,
  proxies: creditProxies,
  export: exportIndex,
  log: setAuditLog,
};

/** They change nothing. */
const LOOKING: ReadonlySet<string> = new Set(["status", "estimate", "export"]);

const channel = {
  ...commandText("index.channel"),
  type: OptionType.Channel as const,
  channel_types: channelTypes.indexable,
  required: true,
};

export const index: SlashCommand = {
  kind: "slash",
  data: {
    ...commandText("index"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(P.ManageGuild),
    options: [
      {
        ...commandText("index.add"),
        type: OptionType.Subcommand,
        options: [
          {
            ...commandText("index.add.channel"),
            type: OptionType.Channel,
            channel_types: [...channelTypes.indexable, ChannelType.GuildCategory],
          },
          { ...commandText("index.add.all"), type: OptionType.Boolean },
          { ...commandText("index.add.except"), type: OptionType.String, max_length: 1_000 },
        ],
      },
      { ...commandText("index.estimate"), type: OptionType.Subcommand, options: [channel] },
      { ...commandText("index.remove"), type: OptionType.Subcommand, options: [channel] },
      {
        ...commandText("index.status"),
        type: OptionType.Subcommand,
        options: [{ ...channel, required: false }],
      },
      { ...commandText("index.export"), type: OptionType.Subcommand },
      {
        ...commandText("index.log"),
        type: OptionType.Subcommand,
        options: [
          {
            ...commandText("index.log.channel"),
            type: OptionType.Channel,
            channel_types: channelTypes.writable,
          },
        ],
      },
      { ...commandText("index.pause"), type: OptionType.Subcommand, options: [channel] },
      { ...commandText("index.resume"), type: OptionType.Subcommand, options: [channel] },
      {
        ...commandText("index.captions"),
        type: OptionType.Subcommand,
        options: [{ ...commandText("index.captions.keep"), type: OptionType.Boolean, required: true }],
      },
      {
        ...commandText("index.text"),
        type: OptionType.Subcommand,
        options: [{ ...commandText("index.text.read"), type: OptionType.Boolean, required: true }],
      },
      {
        ...commandText("index.links"),
        type: OptionType.Subcommand,
        options: [{ ...commandText("index.links.take"), type: OptionType.Boolean, required: true }],
      },
      {
        ...commandText("index.stickers"),
        type: OptionType.Subcommand,
        options: [{ ...commandText("index.stickers.take"), type: OptionType.Boolean, required: true }],
      },
      {
        ...commandText("index.retention"),
        type: OptionType.Subcommand,
        options: [
          {
            ...commandText("index.retention.days"),
            type: OptionType.Integer,
            required: true,
            min_value: 0,
            max_value: 3_650,
          },
        ],
      },
      {
        ...commandText("index.proxies"),
        type: OptionType.Subcommand,
        options: [
          {
            ...commandText("index.proxies.author"),
            type: OptionType.String,
            required: true,
            choices: proxyAuthors.map((author) => choiceText(`index.proxies.${author}`, author)),
          },
        ],
      },
    ],
  },
  async execute(interaction, context) {
    const viewer = await managerOf(interaction, context);
    const name = interaction.options.getSubcommand();
    const answer = await subcommandOf(subcommands, name)(interaction, context);
    if (!LOOKING.has(name)) {
      context.log.info(
        { guildId: viewer.guildId, userId: viewer.userId, change: `index ${name}` },
        "rules changed",
      );
      await noteCommand(interaction, context, `/index ${name}`);
    }
    return typeof answer === "string" ? { content: answer } : answer;
  },
};
