import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
  PermissionFlagsBits as P,
} from "discord.js";
import { GlimpseError, UsageError } from "../../core/index.ts";
import { readersOfAlsoRead } from "../access/everyone-reads.ts";
import type { Place } from "../access/place.ts";
import { readablePlaces } from "../access/readable-places.ts";
import type { App } from "../app.ts";
import type { SlashCommand } from "../command.ts";
import { INTENT_ADVICE } from "../intent-advice.ts";
import { quoted } from "../plain-text.ts";
import { type TagRule, tagModes } from "../settings/guild-settings.ts";
import { words } from "../words.ts";
import { channelTypes } from "./channel-types.ts";
import { parseLabels } from "./label-option.ts";
import { managerBehind } from "./manager.ts";

const modeNames: Readonly<Record<TagRule["mode"], string>> = {
  off: "off",
  react: "react with the tag's emoji",
  log: "write to a log channel",
  reply: "reply to the picture",
};

/** Sets of labels to start from. */
const presets = [
  "📷 photo, 🖥️ screenshot, 🎨 drawing, 😂 meme, 📄 document",
  "🐱 cat, 🐶 dog, 🐦 bird, 🐠 fish, 🐴 horse",
  "🍝 food, 🏞️ landscape, 🏙️ city, 🧑 people, 🚗 vehicle",
];

export const autotag: SlashCommand = {
  kind: "slash",
  data: {
    ...words("autotag"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(P.ManageGuild),
    options: [
      {
        ...words("autotag.channel"),
        type: OptionType.Channel,
        channel_types: channelTypes.indexable,
        required: true,
      },
      {
        ...words("autotag.mode"),
        type: OptionType.String,
        required: true,
        choices: tagModes.map((mode) => ({ name: modeNames[mode], value: mode })),
      },
      { ...words("autotag.labels"), type: OptionType.String, max_length: 1_000, autocomplete: true },
      { ...words("autotag.threshold"), type: OptionType.Number, min_value: 0.05, max_value: 0.95 },
      { ...words("autotag.log"), type: OptionType.Channel, channel_types: channelTypes.writable },
      { ...words("autotag.reposts"), type: OptionType.Boolean },
    ],
  },
  autocomplete(interaction) {
    const typed = interaction.options.getFocused().toLowerCase();
    return presets.filter((preset) => preset.includes(typed));
  },
  async execute(interaction, app) {
    const reader = managerBehind(interaction);
    const { guildId } = reader;
    const everywhere = { ...reader, ageRestricted: true };
    const { id } = interaction.options.getChannel("channel", true);
    const [place] = await readablePlaces(everywhere, [id], app.server);
    if (place?.kind !== "channel") throw new GlimpseError("You or the bot cannot read that channel.");
    const rule = await ruleFrom(interaction, app, place);
    await app.settings.change(guildId, (now) => ({
      ...now,
      tagging: { ...now.tagging, [place.channelId]: rule },
    }));
    app.log.info({ guildId, userId: reader.userId, channelId: id, mode: rule.mode }, "tagging changed");
    return { content: described(place.channelId, rule) };
  },
};

async function ruleFrom(interaction: ChatInputCommandInteraction, app: App, place: Place): Promise<TagRule> {
  const { options } = interaction;
  const before = (await app.settings.of(place.guildId)).tagging[place.channelId];
  const mode = tagModes.find((each) => each === options.getString("mode", true));
  if (!mode) throw new UsageError(`There are these modes: ${tagModes.join(", ")}.`);
  const reposts = options.getBoolean("reposts") ?? before?.reposts ?? false;
  const labels = parseLabels(options.getString("labels")) ?? before?.labels ?? [];
  const threshold = options.getNumber("threshold") ?? before?.threshold;
  if (threshold !== undefined && !(threshold >= 0.05 && threshold <= 0.95)) {
    throw new UsageError("The threshold lies between 0.05 and 0.95.");
  }
  if (mode === "off") return { mode, labels, threshold, reposts };
  if (!app.seesContent()) throw new GlimpseError(INTENT_ADVICE);
  if (labels.length === 0 && !reposts)
    throw new UsageError("Give labels to choose among, such as: 🐱 cat, 🐶 dog");
  const logChannelId = mode === "log" ? await logChannel(interaction, app, place) : undefined;
  return { mode, labels, threshold, reposts, logChannelId };
}

/** Whoever reads the log learns what is posted in the channel. */
async function logChannel(
  interaction: ChatInputCommandInteraction,
  app: App,
  source: Place,
): Promise<string> {
  const id = interaction.options.getChannel("log")?.id;
  if (!id || !interaction.guild)
    throw new UsageError("Name the channel that the log goes to, with the option log.");
  const reader = { ...managerBehind(interaction), ageRestricted: true };
  const [log] = await readablePlaces(reader, [id], app.server);
  if (!log || !readersOfAlsoRead(interaction.guild, log, source)) {
    throw new GlimpseError("Not everybody who reads that log channel can surely see the pictures' channel.");
  }
  return log.channelId;
}

function described(channelId: string, { mode, labels, reposts }: TagRule): string {
  if (mode === "off") return `Pictures in <#${channelId}> are not tagged.`;
  // As many as the option holds when none needs escaping: so the answer fits into one message.
  const named = labels.map((label) => quoted(label, 80)).join(", ");
  const shown = named.length > 1_000 ? `${labels.length} labels` : named;
  const tags = labels.length > 0 ? ` with: ${shown}, or none` : "";
  const repeats = reposts ? " Reposts are pointed out (in indexed channels)." : "";
  return `New pictures in <#${channelId}> are tagged${tags} — ${modeNames[mode]}.${repeats}`;
}
