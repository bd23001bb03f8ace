import { ChannelType } from "discord.js";

/** The state of a small Discord: plain records that the fake's gateway and REST halves both read. */

export interface FakeRole {
  readonly id: string;
  readonly name: string;
  permissions: bigint;
}

export interface FakeOverwrite {
  readonly id: string;
  /** 0 role, 1 member. */
  readonly type: 0 | 1;
  readonly allow?: bigint;
  readonly deny?: bigint;
}

export interface FakeChannel {
  readonly id: string;
  readonly guildId: string;
  type: ChannelType;
  name: string;
  parentId?: string;
  overwrites: FakeOverwrite[];
  nsfw: boolean;
  flags: number;
  archived: boolean;
  /** Members of a thread. */
  readonly members: Set<string>;
  readonly messages: FakeMessage[];
}

export interface FakeMember {
  readonly userId: string;
  readonly name: string;
  roles: string[];
  readonly bot: boolean;
  /** In a time-out. */
  timedOut?: boolean;
}

export interface FakeAttachment {
  readonly id: string;
  readonly filename: string;
  readonly size: number;
  readonly content_type?: string;
  readonly url: string;
  readonly proxy_url: string;
  readonly flags?: number;
  readonly description?: string;
}

export interface FakeMessage {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly bot: boolean;
  content: string;
  attachments: FakeAttachment[];
  embeds?: object[];
  readonly snapshots: {
    attachments: FakeAttachment[];
    content: string;
    embeds?: object[] | undefined;
    extras?: FakeMessage["extras"] | undefined;
  }[];
  editedAt: string | null;
  /** What else is in it: stickers, a poll. Discord keeps a poll back without Message Content, but not stickers. */
  extras?: { readonly sticker_items?: readonly object[]; readonly poll?: object };
  /** The message that it answers. */
  readonly answers?: string;
  /** Posted by a webhook, of this application. */
  readonly webhook?: { readonly id: string; readonly applicationId: string; readonly name?: string };
  /** Its buttons and such. */
  readonly components?: unknown;
}

export interface FakeGuild {
  readonly id: string;
  name: string;
  readonly ownerId: string;
  readonly roles: Map<string, FakeRole>;
  readonly channels: Map<string, FakeChannel>;
  readonly members: Map<string, FakeMember>;
  unavailable: boolean;
  /** The language of the server. Default: English. */
  preferredLocale?: string;
  /** Where Discord greets new members. */
  systemChannelId?: string;
}

const discordEpoch = 1_420_070_400_000n;
let increment = 0n;

/** A new id, later than every id before it that was made for the same or an earlier time. */
export function snowflake(at = Date.now()): string {
  increment += 1n;
  return String(((BigInt(at) - discordEpoch) << 22n) + increment);
}

const threadTypes = [ChannelType.PublicThread, ChannelType.PrivateThread, ChannelType.AnnouncementThread];
export const isThread = (channel: FakeChannel) => threadTypes.includes(channel.type);
