import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  ApplicationCommandOptionType as OptionType,
  PermissionFlagsBits as P,
} from "discord.js";
import { type GuildSettings, type SafetyRule, safetyActions } from "../ingest/guild-settings.ts";
import { quoted } from "../message-text.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply, SlashCommand } from "./command.ts";
import { choiceText, commandText } from "./command-texts.ts";
import { noteCommand } from "./note-command.ts";
import { channelTypes, parseLabels } from "./options.ts";
import { type Subcommands, subcommandOf } from "./subcommand.ts";
import { managerOf } from "./viewer.ts";
import { mayWrite, writableChannel } from "./writable-channel.ts";

type SafetyAction = (typeof safetyActions)[number];

const subcommands: Subcommands = {
  set: setRule,
  off: removeRule,
  list: async (interaction, context) => {
    const { guildId } = await managerOf(interaction, context);
    return describe(interaction, await context.settings.get(guildId));
  },
};

const action = {
  ...commandText("safety.set.action"),
  type: OptionType.String as const,
  required: true,
  choices: safetyActions.map((each) => choiceText(`safety.${each}`, each)),
};

export const safety: SlashCommand = {
  kind: "slash",
  data: {
    ...commandText("safety"),
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    default_member_permissions: String(P.ManageGuild),
    options: [
      {
        ...commandText("safety.set"),
        type: OptionType.Subcommand,
        options: [
          action,
          { ...commandText("safety.set.labels"), type: OptionType.String, max_length: 1_000 },
          {
            ...commandText("safety.set.threshold"),
            type: OptionType.Number,
            min_value: 0.05,
            max_value: 0.95,
          },
          {
            ...commandText("safety.set.channel"),
            type: OptionType.Channel,
            channel_types: channelTypes.writable,
          },
        ],
      },
      { ...commandText("safety.off"), type: OptionType.Subcommand, options: [action] },
      { ...commandText("safety.list"), type: OptionType.Subcommand },
    ],
  },
  async execute(interaction, context) {
    const name = interaction.options.getSubcommand();
    const answer = await subcommandOf(subcommands, name)(interaction, context);
    if (name !== "list") await noteCommand(interaction, context, `/safety ${name}`);
    return answer;
  },
};

function chosenAction(interaction: ChatInputCommandInteraction): SafetyAction {
  const chosen = safetyActions.find((each) => each === interaction.options.getString("action", true));
  if (!chosen) throw new Refusal(({ otherVersion }) => otherVersion);
  return chosen;
}

/** What was set before and is not named now stays. */
async function setRule(interaction: ChatInputCommandInteraction, context: BotContext): Promise<Reply> {
  const viewer = await managerOf(interaction, context);
  const { guildId } = viewer;
  if (!context.seesContent()) throw new Refusal(({ noContent }) => noContent);
  const chosen = chosenAction(interaction);
  const { options } = interaction;
  const now = await context.settings.get(guildId);
  const before = now.safety[chosen];
  const labels = parseLabels(options.getString("labels")) ?? before?.labels;
  if (!labels) throw new Refusal(({ noLabel }) => noLabel);
  const threshold = options.getNumber("threshold") ?? before?.threshold;
  if (threshold !== undefined && !(threshold >= 0.05 && threshold <= 0.95))
    throw new Refusal(({ autotag }) => autotag.threshold);
  const named = options.getChannel("channel")?.id ?? before?.channelId ?? undefined;
  if (chosen === "flag" && named === undefined) throw new Refusal(({ safety }) => safety.nameChannel);
  if (chosen === "log" && now.auditChannelId === null) throw new Refusal(({ safety }) => safety.noLog);
  const channelId =
    chosen === "flag" ? await writableChannel(interaction, context, viewer, named ?? "") : null;
  const rule: SafetyRule = { labels, threshold, channelId };
  const changed = await context.settings.update(guildId, (settings) => ({
    ...settings,
    safety: { ...settings.safety, [chosen]: rule },
  }));
  return describe(interaction, changed);
}

async function removeRule(interaction: ChatInputCommandInteraction, context: BotContext): Promise<Reply> {
  const { guildId } = await managerOf(interaction, context);
  const chosen = chosenAction(interaction);
  await context.settings.update(guildId, (settings) => {
    const { [chosen]: _, ...safety } = settings.safety;
    return { ...settings, safety };
  });
  return { content: answersIn(interaction.locale).safety.removed };
}

/** For labels of one rule, escaped. */
const MAX_SHOWN = 500;

/** Whatever would be written where the bot cannot write is said to be so. */
function describe(
  { guild, locale }: ChatInputCommandInteraction,
  { safety: rules, auditChannelId }: GuildSettings,
): Reply {
  const { safety, scam, autotag } = answersIn(locale);
  const lines = safetyActions.flatMap((each) => {
    const rule = rules[each];
    if (!rule) return [];
    const listed = rule.labels.map((label) => quoted(label, 80)).join(", ");
    const labels = listed.length > MAX_SHOWN ? autotag.countOfLabels(rule.labels.length) : listed;
    const sure = rule.threshold === undefined ? "" : autotag.from(rule.threshold);
    const where = rule.channelId === null ? "" : ` <#${rule.channelId}>`;
    const written = each === "log" ? auditChannelId : rule.channelId;
    const isSilent = written !== null && guild !== null && !mayWrite(guild, written);
    const missing = each === "log" && written === null ? ` · ${safety.noLog}` : "";
    const silent = isSilent ? ` · ${scam.mayNotWrite(`<#${written}>`)}` : missing;
    return [`- ${safety.actions[each]}${where} · ${labels}${sure}${silent}`];
  });
  return { content: lines.length === 0 ? safety.none : [...lines, `-# ${safety.guess}`].join("\n") };
}
