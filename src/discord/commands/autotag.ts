import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
  PermissionFlagsBits as P,
} from "discord.js";
import { GlimpseError, pluralize, UsageError } from "../../core/index.ts";
import { MESSAGE_CONTENT_ADVICE } from "../gateway/client.ts";
import { type TagRule, tagModes } from "../ingest/guild-settings.ts";
import { quoted } from "../message-text.ts";
import { audienceCanRead } from "../permissions/audience.ts";
import type { ReadableChannel } from "../permissions/readable-channels.ts";
import { channelsReadableBy } from "../permissions/readable-channels.ts";
import type { BotContext } from "./bot-context.ts";
import type { SlashCommand } from "./command.ts";
import { commandText } from "./command-texts.ts";
import { channelTypes, parseLabels } from "./options.ts";
import { managerOf } from "./viewer.ts";

const modeNames: Readonly<Record<TagRule["mode"], string>> = {
  off: "off",
  react: "react with the tag's emoji",
  log: "write to a log channel",
  reply: "reply to the picture",
};

/** Suggested label sets. */
const presets = [
  "📷 photo, 🖥️ screenshot, 🎨 drawing, 😂 meme, 📄 document",
  "🐱 cat, 🐶 dog, 🐦 bird, 🐠 fish, 🐴 horse",
  "🍝 food, 🏞️ landscape, 🏙️ city, 🧑 people, 🚗 vehicle",
];

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
        ...commandText("autotag.channel"),
        type: OptionType.Channel,
        channel_types: channelTypes.indexable,
        required: true,
      },
      {
        ...commandText("autotag.mode"),
        type: OptionType.String,
        required: true,
        choices: tagModes.map((mode) => ({ name: modeNames[mode], value: mode })),
      },
      { ...commandText("autotag.labels"), type: OptionType.String, max_length: 1_000, autocomplete: true },
      { ...commandText("autotag.threshold"), type: OptionType.Number, min_value: 0.05, max_value: 0.95 },
      { ...commandText("autotag.log"), type: OptionType.Channel, channel_types: channelTypes.writable },
      { ...commandText("autotag.reposts"), type: OptionType.Boolean },
    ],
  },
  autocomplete(interaction) {
    const typed = interaction.options.getFocused().toLowerCase();
    return presets.filter((preset) => preset.includes(typed));
  },
  async execute(interaction, context) {
    const viewer = await managerOf(interaction, context);
    const { guildId } = viewer;
    const everywhere = { ...viewer, seesAgeRestricted: true };
    const { id } = interaction.options.getChannel("channel", true);
    const [channel] = await channelsReadableBy(everywhere, [id], context.directory);
    if (channel?.kind !== "channel") throw new GlimpseError("You or the bot cannot read that channel.");
    const rule = await ruleFrom(interaction, context, channel);
    await context.settings.update(guildId, (now) => ({
      ...now,
      tagging: { ...now.tagging, [channel.channelId]: rule },
    }));
    context.log.info({ guildId, userId: viewer.userId, channelId: id, mode: rule.mode }, "tagging changed");
    return { content: described(channel.channelId, rule) };
  },
};

async function ruleFrom(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
  channel: ReadableChannel,
): Promise<TagRule> {
  const { options } = interaction;
  const before = (await context.settings.get(channel.guildId)).tagging[channel.channelId];
  const mode = tagModes.find((each) => each === options.getString("mode", true));
  if (!mode) throw new UsageError(`There are these modes: ${tagModes.join(", ")}.`);
  const reposts = options.getBoolean("reposts") ?? before?.reposts ?? false;
  const labels = parseLabels(options.getString("labels")) ?? before?.labels ?? [];
  const threshold = options.getNumber("threshold") ?? before?.threshold;
  if (threshold !== undefined && !(threshold >= 0.05 && threshold <= 0.95)) {
    throw new UsageError("The threshold lies between 0.05 and 0.95.");
  }
  if (mode === "off") return { mode, labels, threshold, reposts };
  if (!context.seesContent()) throw new GlimpseError(MESSAGE_CONTENT_ADVICE);
  if (labels.length === 0 && !reposts)
    throw new UsageError("Give labels to choose among, such as: 🐱 cat, 🐶 dog");
  const logChannelId = mode === "log" ? await logChannel(interaction, context, channel) : undefined;
  return { mode, labels, threshold, reposts, logChannelId };
}

/** Whoever reads the log learns what is posted in the source channel. */
async function logChannel(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
  source: ReadableChannel,
): Promise<string> {
  const id = interaction.options.getChannel("log")?.id;
  if (!id || !interaction.guild)
    throw new UsageError("Name the channel that the log goes to, with the option log.");
  const viewer = { ...(await managerOf(interaction, context)), seesAgeRestricted: true };
  const [log] = await channelsReadableBy(viewer, [id], context.directory);
  if (!log || !audienceCanRead(interaction.guild, log, source)) {
    throw new GlimpseError("Not everybody who reads that log channel can surely see the pictures' channel.");
  }
  return log.channelId;
}

function described(channelId: string, { mode, labels, reposts }: TagRule): string {
  if (mode === "off") return `Pictures in <#${channelId}> are not tagged.`;
  // The option's own maximum: longer, through escaping, and the reply might not fit into one message.
  const resolvedPermissions = labels.map((label) => quoted(label, 80)).join(", ");
  const shown = resolvedPermissions.length > 1_000 ? pluralize(labels.length, "label") : resolvedPermissions;
  const tags = labels.length > 0 ? ` with: ${shown}, or none` : "";
  const repeats = reposts ? " Reposts are pointed out (in indexed channels)." : "";
  return `New pictures in <#${channelId}> are tagged${tags} — ${modeNames[mode]}.${repeats}`;
}
