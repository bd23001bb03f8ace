import {
  type ChatInputCommandInteraction,
  RESTJSONErrorCodes as ErrorCode,
  MessageFlags,
  PermissionFlagsBits as P,
} from "discord.js";
import { discordErrorCode } from "../gateway/retry.ts";
import { MAX_SAVED } from "../ingest/saved-searches.ts";
import { quoted } from "../message-text.ts";
import { mayPostPictures, rootChannel } from "../permissions/channel-directory.ts";
import { channelsReadableBy, type Viewer } from "../permissions/readable-channels.ts";
import { visibleLibrary } from "../permissions/viewer-scope.ts";
import { answersIn } from "../texts/languages.ts";
import { Refusal } from "../texts/refusal.ts";
import type { BotContext } from "./bot-context.ts";
import type { Reply } from "./command.ts";
import { requireIndexed } from "./require-indexed.ts";
import { viewerOf } from "./viewer.ts";

/** Keeps a question, after a message has shown that notices arrive where they are to go. */
export async function addSavedSearch(
  interaction: ChatInputCommandInteraction,
  context: BotContext,
): Promise<Reply> {
  const viewer = viewerOf(interaction);
  const { guildId, userId } = viewer;
  await requireIndexed(context, guildId);
  if (!context.seesContent()) throw new Refusal(({ noContent }) => noContent);
  const words = interaction.options.getString("query", true).slice(0, 200).trim();
  if (words === "") throw new Refusal(({ saved }) => saved.noWords);
  const all = await context.savedSearches.of(guildId);
  const own = all.filter((search) => search.userId === userId);
  if (own.some((search) => search.words === words && !search.isStopped))
    throw new Refusal(({ saved }) => saved.already);
  if (own.length >= MAX_SAVED.perMember) throw new Refusal(({ saved }) => saved.tooMany(MAX_SAVED.perMember));
  if (all.length >= MAX_SAVED.perGuild) throw new Refusal(({ saved }) => saved.serverFull);
  // Words that cannot be asked for are refused as they are by /find.
  await (await visibleLibrary(context, viewer)).view.find({ terms: [{ text: words }], limit: 1 });
  const threadId = await placeOf(interaction, context, viewer);
  await greet(interaction, context, words, threadId);
  const { locale } = interaction;
  await context.savedSearches.add({ guildId, userId, words, threadId, locale });
  const { saved } = answersIn(locale);
  return { content: threadId === null ? saved.toldDirectly : saved.toldIn(`<#${threadId}>`) };
}

/** A thread in which both the member and the bot may write; null for direct messages, which are named by themselves only. */
async function placeOf(
  interaction: ChatInputCommandInteraction,
  { directory }: BotContext,
  viewer: Viewer,
): Promise<string | null> {
  const { options, channel, guild } = interaction;
  const isDirect = options.getBoolean("dm") === true;
  const id = options.getChannel("thread")?.id ?? (!isDirect && channel?.isThread() ? channel.id : undefined);
  if (id === undefined) {
    if (isDirect) return null;
    throw new Refusal(({ saved }) => saved.where);
  }
  const [thread] = await channelsReadableBy({ ...viewer, seesAgeRestricted: true }, [id], directory);
  const place = guild?.channels.cache.get(id) ?? (await guild?.channels.fetch(id).catch(() => null));
  if (!thread || thread.kind === "channel" || !place?.isThread() || !interaction.inCachedGuild())
    throw new Refusal(({ saved }) => saved.noThread);
  if (!mayPostPictures(interaction.member, place)) throw new Refusal(({ saved }) => saved.youMayNot);
  const parent = rootChannel(interaction.guild, thread.parentId ?? "");
  const me = interaction.guild.members.me;
  if (!me || !parent?.permissionsFor(me).has(P.ViewChannel | P.SendMessagesInThreads | P.AttachFiles))
    throw new Refusal(({ saved }) => saved.botMayNot(`<#${id}>`));
  return id;
}

const CLOSED: ReadonlySet<number | undefined> = new Set([
  ErrorCode.CannotSendMessagesToThisUser,
  ErrorCode.MissingAccess,
  ErrorCode.MissingPermissions,
  ErrorCode.ThreadLocked,
]);

/** @throws Refusal where nothing can be delivered */
async function greet(
  interaction: ChatInputCommandInteraction,
  { api }: BotContext,
  words: string,
  threadId: string | null,
): Promise<void> {
  const { user, guild, locale } = interaction;
  const { saved } = answersIn(threadId === null ? locale : guild?.preferredLocale);
  const title = `**${quoted(words, 150)}**`;
  const content =
    threadId === null
      ? saved.willTellYou(title, quoted(guild?.name ?? "", 100))
      : saved.willTell(`<@${user.id}>`, title);
  try {
    const channelId = threadId ?? (await api.directChannel(user.id));
    await api.send(channelId, { content, flags: MessageFlags.SuppressNotifications });
  } catch (error) {
    if (!CLOSED.has(discordErrorCode(error))) throw error;
    throw new Refusal(
      ({ saved }) => (threadId === null ? saved.closedToDirect : saved.botMayNot(`<#${threadId}>`)),
      { cause: error },
    );
  }
}
