import { type ChatInputCommandInteraction, type Guild, PermissionFlagsBits as P } from "discord.js";
import { type TagRule, tagModes } from "../ingest/guild-settings.ts";
import { quoted } from "../message-text.ts";
import { audienceCanRead } from "../permissions/audience.ts";
import { rootChannel } from "../permissions/channel-directory.ts";
import { channelsReadableBy, type ReadableChannel } from "../permissions/readable-channels.ts";
import { cleanTagLabel, customEmojiId, parseTagLabel } from "../results/tag-labels.ts";
import type { AnswerTexts } from "../texts/english.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";
import { parseLabels } from "./options.ts";
import { managerOf } from "./viewer.ts";

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
  if (channel?.kind !== "channel") throw new Refusal(({ autotag }) => autotag.notReadable);
  const rule = await ruleFrom(interaction, context, channel);
  await context.settings.update(guildId, (now) => ({
    ...now,
    tagging: { ...now.tagging, [channel.channelId]: rule },
  }));
  context.log.info({ guildId, userId: viewer.userId, channelId: id, mode: rule.mode }, "tagging changed");
  return { content: describeTagRule(answersIn(interaction.locale), channel.channelId, rule) };
}

async function ruleFrom(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
  channel: ReadableChannel,
): Promise<TagRule> {
  const { options, guild } = interaction;
  const before = (await context.settings.get(channel.guildId)).tagging[channel.channelId];
  const mode = tagModes.find((each) => each === options.getString("mode", true));
  if (!mode || !guild) throw new Refusal(({ autotag }) => autotag.noMode(tagModes.join(", ")));
  const reposts = options.getBoolean("reposts") ?? before?.reposts ?? false;
  const wait = options.getInteger("repost-wait") ?? before?.repostAfterHours ?? 0;
  const repostAfterHours = Math.max(0, Math.min(8_760, wait));
  const labels = parseLabels(options.getString("labels"), cleanTagLabel) ?? before?.labels ?? [];
  const threshold = options.getNumber("threshold") ?? before?.threshold;
  if (threshold !== undefined && !(threshold >= 0.05 && threshold <= 0.95)) {
    throw new Refusal(({ autotag }) => autotag.threshold);
  }
  const wishes = { labels, threshold, reposts, repostAfterHours };
  if (mode === "off") return { mode, ...wishes, logChannelId: before?.logChannelId };
  if (!context.seesContent()) throw new Refusal(({ noContent }) => noContent);
  if (labels.length === 0 && !reposts) throw new Refusal(({ autotag }) => autotag.giveLabels);
  const logChannelId =
    mode === "log"
      ? await logChannel(interaction, context, channel, before?.logChannelId)
      : before?.logChannelId;
  requireMayWrite(guild, mode, mode === "log" ? logChannelId : channel.channelId);
  if (mode === "react") await requireEmoji(context, channel.guildId, labels);
  return { mode, ...wishes, logChannelId };
}

/** What the bot needs to write tags there. */
const NEEDED = { react: P.AddReactions, reply: P.SendMessages, log: P.SendMessages } as const;

/** @throws GlimpseError */
function requireMayWrite(guild: Guild, mode: keyof typeof NEEDED, channelId: string | undefined): void {
  const place = channelId === undefined ? undefined : rootChannel(guild, channelId);
  const me = guild.members.me;
  const isInThreads = mode === "reply" && place?.isThreadOnly() === true;
  const needed = isInThreads ? P.SendMessagesInThreads : NEEDED[mode];
  if (place && me && place.permissionsFor(me).has(needed | P.ViewChannel)) return;
  throw new Refusal(({ autotag: { mayNot, permissions } }) =>
    mayNot(`<#${channelId}>`, isInThreads ? permissions.threads : permissions[mode]),
  );
}

/** @throws GlimpseError for one of another server, which would be refused with every picture */
async function requireEmoji({ api }: BotContext, guildId: string, labels: readonly string[]): Promise<void> {
  for (const { emoji } of labels.map(parseTagLabel)) {
    const id = customEmojiId(emoji);
    if (id !== undefined && !(await api.guildHasEmoji(guildId, id)))
      throw new Refusal(({ autotag }) => autotag.otherEmoji);
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
  if (!id || !interaction.guild) throw new Refusal(({ autotag }) => autotag.nameLog);
  const viewer = { ...(await managerOf(interaction, context)), seesAgeRestricted: true };
  const [log] = await channelsReadableBy(viewer, [id], context.directory);
  if (!log || !audienceCanRead(interaction.guild, log, source)) {
    throw new Refusal(({ autotag }) => autotag.logTooOpen);
  }
  return log.channelId;
}

/** For labels in one reply, escaped. */
const MAX_SHOWN = 1_000;

export function describeTagRule(
  { autotag }: AnswerTexts,
  channelId: string,
  { mode, labels, threshold, reposts, repostAfterHours, logChannelId }: TagRule,
  maxShown = MAX_SHOWN,
): string {
  if (mode === "off") return autotag.off(`<#${channelId}>`);
  const named = labels.map((label) => {
    const { emoji, text } = parseTagLabel(label);
    return text === label ? quoted(text, 80) : `${emoji} ${quoted(text, 80)}`;
  });
  const listed = named.join(", ");
  const shown = listed.length > maxShown ? autotag.countOfLabels(labels.length) : listed;
  const tags = labels.length > 0 ? autotag.labels(shown) : "";
  const sure = threshold === undefined ? "" : autotag.from(threshold);
  const rule = autotag.rule(`<#${channelId}>`, `${tags}${sure}`);
  const where = mode === "log" && logChannelId ? ` <#${logChannelId}>` : "";
  const since = repostAfterHours > 0 ? autotag.after(repostAfterHours) : "";
  const repeats = reposts ? ` ${autotag.reposts(since)}` : "";
  return `${rule} — ${autotag.modes[mode]}${where}.${repeats}`;
}
