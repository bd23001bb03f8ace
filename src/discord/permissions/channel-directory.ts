import {
  type AnyThreadChannel,
  ChannelFlags,
  ChannelType,
  type Client,
  type Guild,
  type GuildBasedChannel,
  type GuildMember,
  PermissionFlagsBits as P,
} from "discord.js";
import { type DiscordApi, isThreadType } from "../gateway/discord-api.ts";
import type { ChannelDirectory, ReadableChannel, Viewer } from "./readable-channels.ts";
import type { ThreadMembership } from "./thread-membership.ts";
import type { ThreadParents } from "./thread-parents.ts";

export type RootChannel = Exclude<GuildBasedChannel, AnyThreadChannel>;

export interface DirectoryParts {
  readonly client: Client;
  readonly api: DiscordApi;
  readonly threadParents: ThreadParents;
  readonly membership: ThreadMembership;
  readonly visibility: ChannelVisibility;
}

/** Channels as discord.js caches them, checked where its cache is known to be wrong. */
export class DiscordChannelDirectory implements ChannelDirectory {
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  async readableChannel(guildId: string, channelId: string): Promise<ReadableChannel | undefined> {
    const guild = this.#parts.client.guilds.cache.get(guildId);
    if (!guild?.available) return undefined;
    const known = guild.channels.cache.get(channelId);
    if (known && !known.isThread()) {
      if (!(await this.#botCanRead(guild, known))) return undefined;
      const holdsMessages = known.isTextBased();
      return { guildId, channelId, kind: "channel", holdsMessages, ...warningsOf(known) };
    }
    const thread = known
      ? { parentId: known.parentId, isPrivate: known.type === ChannelType.PrivateThread }
      : await this.#recall(guildId, channelId);
    return thread?.parentId
      ? this.#threadPlace(guild, channelId, thread.parentId, thread.isPrivate)
      : undefined;
  }

  isThreadMember(threadId: string, userId: string, isFresh = false): Promise<boolean> {
    return this.#parts.membership.isMember(threadId, userId, isFresh);
  }

  async #threadPlace(
    guild: Guild,
    channelId: string,
    parentId: string,
    isPrivate: boolean,
  ): Promise<ReadableChannel | undefined> {
    await this.#parts.threadParents.set(guild.id, channelId, { parentId, isPrivate });
    const parent = rootChannel(guild, parentId);
    if (!parent || !(await this.#botCanRead(guild, parent))) return undefined;
    const kind = isPrivate ? "private-thread" : "public-thread";
    return { guildId: guild.id, channelId, parentId, kind, holdsMessages: true, ...warningsOf(parent) };
  }

  /** The overwrites of an obfuscated channel are fake, so only the flag counts. */
  async #botCanRead(guild: Guild, channel: RootChannel): Promise<boolean> {
    if (!this.#parts.visibility.isVisible(channel.id)) return false;
    if (channel.flags.has(ChannelFlags.ChannelObfuscated)) return false;
    const me = guild.members.me ?? (await guild.members.fetchMe());
    return channel.permissionsFor(me).has(readingOf(channel));
  }

  async #recall(guildId: string, channelId: string) {
    const note = await this.#parts.threadParents.get(guildId, channelId);
    if (note) return note;
    const channel = await this.#parts.api.channel(channelId);
    if (!channel?.parent_id || channel.guild_id !== guildId || !isThreadType(channel.type)) return undefined;
    return { parentId: channel.parent_id, isPrivate: channel.type === ChannelType.PrivateThread };
  }
}

/** The member with the roles that came with this interaction, which are newer than any cache. */
export function createViewer(member: GuildMember, invokedIn: GuildBasedChannel | null): Viewer {
  const { guild } = member;
  const may = (channelId: string, permission?: bigint): boolean => {
    const channel = rootChannel(guild, channelId);
    return channel !== undefined && has(member, channel, permission ?? readingOf(channel));
  };
  return {
    guildId: guild.id,
    userId: member.id,
    seesAgeRestricted: invokedIn !== null && isAgeRestricted(invokedIn),
    canRead: (channelId) => may(channelId),
    canManageThreads: (channelId) => may(channelId, P.ViewChannel | P.ManageThreads),
  };
}

/** Whether this member may post pictures there, as one who shows them to others does. */
export function mayPostPictures(member: GuildMember, place: GuildBasedChannel): boolean {
  const channel = rootChannel(member.guild, place.isThread() ? (place.parentId ?? "") : place.id);
  if (!channel) return false;
  const sending = place.isThread() ? P.SendMessagesInThreads : P.SendMessages;
  const locked = place.isThread() && place.locked ? P.ManageThreads : 0n;
  return has(member, channel, readingOf(channel) | sending | locked | P.AttachFiles);
}

/** Of this channel, as Discord computes it: in a time-out only reading is left, whatever roles give. */
function has(member: GuildMember, channel: RootChannel, permissions: bigint): boolean {
  if (!channel.permissionsFor(member).has(permissions)) return false;
  return (permissions & ~LEFT_IN_TIMEOUT) === 0n || !isTimedOut(member);
}

const LEFT_IN_TIMEOUT = P.ViewChannel | P.ReadMessageHistory;

/** The owner and administrators cannot be put in a time-out, and one from before they were is without effect. */
export const isTimedOut = (member: GuildMember): boolean =>
  member.isCommunicationDisabled() && !member.permissions.has(P.Administrator);

export function rootChannel(guild: Guild, channelId: string): RootChannel | undefined {
  const channel = guild.channels.cache.get(channelId);
  return channel && !channel.isThread() ? channel : undefined;
}

/** The type, because discord.js goes by whether the payload has a bitrate. */
export const isVoice = ({ type }: GuildBasedChannel): boolean =>
  type === ChannelType.GuildVoice || type === ChannelType.GuildStageVoice;

/** Permissions needed to read a channel; the chat of a voice channel also needs Connect. */
export const readingOf = (channel: RootChannel): bigint =>
  P.ViewChannel | P.ReadMessageHistory | (isVoice(channel) ? P.Connect : 0n);

/** Permissions needed to be shown what is posted while one has the channel open. */
export const seeingOf = (channel: RootChannel): bigint => readingOf(channel) & ~P.ReadMessageHistory;

const warningsOf = (channel: RootChannel) => ({
  ageRestricted: isAgeRestricted(channel),
  spoiler: channel.flags.has(ChannelFlags.IsSpoilerChannel),
});

function isAgeRestricted(channel: GuildBasedChannel): boolean {
  if (channel.isThread()) return channel.parent !== null && isAgeRestricted(channel.parent);
  return "nsfw" in channel && channel.nsfw === true;
}

/**
 * Which channels the bot can see, from gateway events alone. The cache of discord.js is no help: it also takes channels
 * from interactions, where a hidden channel comes unhidden and an unknown one without its overwrites.
 */
export class ChannelVisibility {
  readonly #hidden = new Map<string, boolean>();

  setHidden(channelId: string, hidden: boolean): void {
    this.#hidden.set(channelId, hidden);
  }

  delete(channelId: string): void {
    this.#hidden.delete(channelId);
  }

  isVisible(channelId: string): boolean {
    return this.#hidden.get(channelId) === false;
  }
}
