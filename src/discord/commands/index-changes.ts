import { ChannelType, type ChatInputCommandInteraction, DiscordAPIError } from "discord.js";
import { resetProgress, unindexChannel } from "../backfill/purge.ts";
import { readersCanRead } from "../permissions/audience.ts";
import type { ReadableChannel } from "../permissions/readable-channels.ts";
import { channelsReadableBy } from "../permissions/readable-channels.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";
import { addManyChannels } from "./index-many.ts";
import { noteCommand } from "./note-command.ts";
import { managerOf } from "./viewer.ts";
import { writableChannel } from "./writable-channel.ts";

/** One message whether it does not exist, is hidden from the bot, or hidden from the user. */
const noSuchChannel = () => new Refusal(({ index }) => index.noChannel);

/** A channel that both the invoking manager and the bot can read, whatever id the client sends. */
async function readableChannelOption(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<ReadableChannel> {
  const viewer = await managerOf(interaction, context);
  const { id } = interaction.options.getChannel("channel", true);
  // Managers may configure an age-restricted channel from anywhere.
  const [channel] = await channelsReadableBy({ ...viewer, seesAgeRestricted: true }, [id], context.directory);
  if (channel?.kind !== "channel") throw noSuchChannel();
  return channel;
}

/** What Discord counts, before anything is read. */
export async function estimateChannel(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<Reply> {
  const { guildId, channelId } = await readableChannelOption(interaction, context);
  if (!context.seesContent()) throw new Refusal(({ noContent }) => noContent);
  const counted = await context.api.countPictures(guildId, channelId).catch((error: unknown) => {
    if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404))
      throw noSuchChannel();
    throw error;
  });
  if ("retryAfterS" in counted) {
    const seconds = Math.max(1, Math.ceil(counted.retryAfterS));
    throw new Refusal(({ index }) => index.notCounted(seconds));
  }
  const { index } = answersIn(interaction.locale);
  const basis = { guildId, channelIds: [channelId], seesAgeRestricted: true };
  return { content: index.estimate(`<#${channelId}>`, counted.messages), madeOf: { basis, posts: [] } };
}

export async function addChannel(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const named = interaction.options.getChannel("channel");
  const isAll = interaction.options.getBoolean("all") === true;
  if (!named && !isAll) throw new Refusal(({ index }) => index.nameOne);
  const { guild } = interaction;
  if (guild && (isAll || named?.type === ChannelType.GuildCategory)) {
    if (!context.seesContent()) throw new Refusal(({ noContent }) => noContent);
    return addManyChannels(interaction, context, guild, isAll ? undefined : named?.id);
  }
  const { guildId, channelId } = await readableChannelOption(interaction, context);
  if (!context.seesContent()) throw new Refusal(({ noContent }) => noContent);
  const guildSettings = await context.settings.get(guildId);
  const { index } = answersIn(interaction.locale);
  if (guildSettings.indexed[channelId]) return index.already(`<#${channelId}>`);
  await resetProgress(context, guildId, channelId);
  await context.settings.update(guildId, (now) => ({
    ...now,
    indexed: { ...now.indexed, [channelId]: { since: Date.now(), paused: false } },
  }));
  await context.backfillProgress.getOrCreate(guildId, channelId, channelId);
  const shown = await showProgress(interaction, context, { guildId, channelId });
  context.backfill.wake(guildId);
  return [index.added(`<#${channelId}>`), shown ? index.below : index.see, index.everybody].join(" ");
}

/** Only where everybody can read the indexed channel. */
async function showProgress(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
  { guildId, channelId }: Pick<ReadableChannel, "guildId" | "channelId">,
): Promise<boolean> {
  const parts = { client: interaction.client, directory: context.directory };
  const places = { audienceId: interaction.channelId, sourceId: channelId };
  if (!(await readersCanRead(parts, guildId, places))) return false;
  try {
    await context.progressMessages.start(guildId, channelId, interaction.channelId);
    return true;
  } catch (error) {
    context.log.debug({ guildId, channelId, error }, "progress could not be shown");
    return false;
  }
}

/** Without a channel, nothing is logged any more. */
export async function setAuditLog(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const viewer = await managerOf(interaction, context);
  const { guildId } = viewer;
  const { index } = answersIn(interaction.locale);
  const named = interaction.options.getChannel("channel");
  const auditChannelId = named && (await writableChannel(interaction, context, viewer, named.id));
  // Who silences the log is its last line.
  if (auditChannelId !== (await context.settings.get(guildId)).auditChannelId)
    await noteCommand(interaction, context, "/index log");
  await context.settings.update(guildId, (now) => ({ ...now, auditChannelId }));
  return auditChannelId ? index.logOn(`<#${auditChannelId}>`) : index.logOff;
}

export async function removeChannel(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId, channelId } = await indexedChannelOption(interaction, context);
  const pictures = await unindexChannel(context, guildId, channelId);
  return answersIn(interaction.locale).index.removed(`<#${channelId}>`, pictures);
}

export async function pauseChannel(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId, channelId } = await indexedChannelOption(interaction, context);
  await setPaused(context, guildId, channelId, true);
  context.marks.setGap(channelId);
  return answersIn(interaction.locale).index.paused(`<#${channelId}>`);
}

export async function resumeChannel(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<string> {
  const { guildId, channelId } = await requireIndexed(
    context,
    await readableChannelOption(interaction, context),
  );
  await setPaused(context, guildId, channelId, false);
  // Catches up in the background on what was posted meanwhile, threads included.
  void context.backfill.catchUp(guildId, 0);
  return answersIn(interaction.locale).index.resumed(`<#${channelId}>`);
}

type Channel = Pick<ReadableChannel, "guildId" | "channelId">;

/** For pausing and removing, which work although the bot can no longer see the channel. */
async function indexedChannelOption(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<Channel> {
  const { guildId } = await managerOf(interaction, context);
  const { id: channelId } = interaction.options.getChannel("channel", true);
  if (!context.resolvedPermissions.canRead(interaction.id, channelId)) throw noSuchChannel();
  return requireIndexed(context, { guildId, channelId });
}

async function requireIndexed(context: BotContext, { guildId, channelId }: Channel): Promise<Channel> {
  const guildSettings = await context.settings.get(guildId);
  if (!guildSettings.indexed[channelId]) throw new Refusal(({ index }) => index.not(`<#${channelId}>`));
  return { guildId, channelId };
}

async function setPaused(
  context: BotContext,
  guildId: string,
  channelId: string,
  paused: boolean,
): Promise<void> {
  await context.settings.update(guildId, (now) => {
    const rule = now.indexed[channelId];
    return rule ? { ...now, indexed: { ...now.indexed, [channelId]: { ...rule, paused } } } : now;
  });
}
