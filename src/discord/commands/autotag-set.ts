import { type ChatInputCommandInteraction, type Guild, PermissionFlagsBits as P } from "discord.js";
import { GlimpseError, pluralize, UsageError } from "../../core/index.ts";
import { MESSAGE_CONTENT_ADVICE } from "../gateway/client.ts";
import { type TagRule, tagModes } from "../ingest/guild-settings.ts";
import { quoted } from "../message-text.ts";
import { audienceCanRead } from "../permissions/audience.ts";
import { rootChannel } from "../permissions/channel-directory.ts";
import { channelsReadableBy, type ReadableChannel } from "../permissions/readable-channels.ts";
import { cleanTagLabel, customEmojiId, parseTagLabel } from "../results/tag-labels.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";
import { parseLabels } from "./options.ts";
import { managerOf } from "./viewer.ts";

const modeNames: Readonly<Record<TagRule["mode"], string>> = {
  off: "off",
  react: "react with the tag's emoji",
  log: "write to a log channel",
  reply: "reply to the picture",
};

/** What was set before and is not named now stays. */
export async function setTagRule(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<Reply> {
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
  return { content: describeTagRule(channel.channelId, rule) };
}

async function ruleFrom(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
  channel: ReadableChannel,
): Promise<TagRule> {
  const { options, guild } = interaction;
  const before = (await context.settings.get(channel.guildId)).tagging[channel.channelId];
  const mode = tagModes.find((each) => each === options.getString("mode", true));
  if (!mode || !guild) throw new UsageError(`There are these modes: ${tagModes.join(", ")}.`);
  const reposts = options.getBoolean("reposts") ?? before?.reposts ?? false;
  const wait = options.getInteger("repost-wait") ?? before?.repostAfterHours ?? 0;
  const repostAfterHours = Math.max(0, Math.min(8_760, wait));
  const labels = parseLabels(options.getString("labels"), cleanTagLabel) ?? before?.labels ?? [];
  const threshold = options.getNumber("threshold") ?? before?.threshold;
  if (threshold !== undefined && !(threshold >= 0.05 && threshold <= 0.95)) {
    throw new UsageError("The threshold lies between 0.05 and 0.95.");
  }
  const wishes = { labels, threshold, reposts, repostAfterHours };
  if (mode === "off") return { mode, ...wishes, logChannelId: before?.logChannelId };
  if (!context.seesContent()) throw new GlimpseError(MESSAGE_CONTENT_ADVICE);
  if (labels.length === 0 && !reposts)
    throw new UsageError("Give labels to choose among, such as: 🐱 cat, 🐶 dog");
  const logChannelId =
    mode === "log"
      ? await logChannel(interaction, context, channel, before?.logChannelId)
      : before?.logChannelId;
  requireMayWrite(guild, mode, mode === "log" ? logChannelId : channel.channelId);
  if (mode === "react") await requireEmoji(context, channel.guildId, labels);
  return { mode, ...wishes, logChannelId };
}

/** What the bot needs to write tags there. */
const NEEDED = {
  react: { permission: P.AddReactions, name: "Add Reactions" },
  reply: { permission: P.SendMessages, name: "Send Messages" },
  log: { permission: P.SendMessages, name: "Send Messages" },
} as const;

/** @throws GlimpseError */
function requireMayWrite(guild: Guild, mode: keyof typeof NEEDED, channelId: string | undefined): void {
  const place = channelId === undefined ? undefined : rootChannel(guild, channelId);
  const me = guild.members.me;
  const { permission, name } = NEEDED[mode];
  if (place && me && place.permissionsFor(me).has(permission | P.ViewChannel)) return;
  throw new GlimpseError(
    `The bot may not do that in <#${channelId}>: give it ${name} there, then try again.`,
  );
}

/** @throws GlimpseError for one of another server, which would be refused with every picture */
async function requireEmoji({ api }: BotContext, guildId: string, labels: readonly string[]): Promise<void> {
  for (const { emoji } of labels.map(parseTagLabel)) {
    const id = customEmojiId(emoji);
    if (id !== undefined && !(await api.guildHasEmoji(guildId, id)))
      throw new GlimpseError("One of these emoji is not of this server, so the bot could not react with it.");
  }
}

/** Whoever reads the log learns what is posted in the source channel. */
async function logChannel(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
  source: ReadableChannel,
  before: string | undefined,
): Promise<string> {
  const id = interaction.options.getChannel("log")?.id ?? before;
  if (!id || !interaction.guild)
    throw new UsageError("Name the channel that the log goes to, with the option log.");
  const viewer = { ...(await managerOf(interaction, context)), seesAgeRestricted: true };
  const [log] = await channelsReadableBy(viewer, [id], context.directory);
  if (!log || !audienceCanRead(interaction.guild, log, source)) {
    throw new GlimpseError("Not everybody who reads that log channel can surely see the pictures' channel.");
  }
  return log.channelId;
}

/** For labels in one reply, escaped. */
const MAX_SHOWN = 1_000;

export function describeTagRule(
  channelId: string,
  { mode, labels, threshold, reposts, repostAfterHours, logChannelId }: TagRule,
  maxShown = MAX_SHOWN,
): string {
  if (mode === "off") return `Pictures in <#${channelId}> are not tagged.`;
  const named = labels.map((label) => {
    const { emoji, text } = parseTagLabel(label);
    return text === label ? quoted(text, 80) : `${emoji} ${quoted(text, 80)}`;
  });
  const listed = named.join(", ");
  const shown = listed.length > maxShown ? pluralize(labels.length, "label") : listed;
  const tags = labels.length > 0 ? ` with: ${shown}, or none` : "";
  const sure = threshold === undefined ? "" : `, from ${threshold} on`;
  const where = mode === "log" && logChannelId ? ` <#${logChannelId}>` : "";
  const since = repostAfterHours > 0 ? ` after ${pluralize(repostAfterHours, "hour")}` : "";
  const repeats = reposts ? ` Reposts are pointed out${since} (in indexed channels).` : "";
  return `New pictures in <#${channelId}> are tagged${tags}${sure} — ${modeNames[mode]}${where}.${repeats}`;
}
