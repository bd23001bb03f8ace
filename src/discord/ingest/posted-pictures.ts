import type { DiscordPlacement } from "../../core/index.ts";
import {
  isLinked,
  isSticker,
  pictureAttachments,
  type RawAttachment,
  type RawMessage,
  timestampOf,
} from "../gateway/payloads.ts";
import { posterName } from "../message-text.ts";
import type { ReadableChannel } from "../permissions/readable-channels.ts";

/** A picture attachment of a message, not yet downloaded. */
export interface PostedPicture {
  readonly placement: DiscordPlacement;
  /** Signed and short-lived: to download now, never to store. */
  readonly url: string;
  /** Posted by a bot or webhook. */
  readonly byBot: boolean;
  /** As which a webhook posted it, which no mention names. Untrusted text. */
  readonly byName?: string | undefined;
  /** Part of a message that this one forwards. */
  readonly forwarded: boolean;
  /** Of a link in the message, through Discord's proxy: taken only where the server wants it. */
  readonly linked: boolean;
  /** Taken only where the server wants stickers; nothing is said of one. */
  readonly sticker: boolean;
  /** As Discord says; 0 where it does not. */
  readonly bytes: number;
}

const SPOILER = 1 << 3;

export const isSpoiler = ({ filename, flags }: RawAttachment): boolean =>
  filename.startsWith("SPOILER_") || ((flags ?? 0) & SPOILER) !== 0;

/** Undefined for a message of anybody else, and of a webhook without a name. */
export const webhookName = ({ webhook_id, author }: RawMessage): string | undefined =>
  (webhook_id && author.username) || undefined;

/** Placements carry the message's text; whether it is kept is decided on ingestion. */
export function postedPictures(message: RawMessage, channel: ReadableChannel): PostedPicture[] {
  return pictureAttachments(message).map((attachment) => ({
    url: attachment.url,
    forwarded:
      !isLinked(attachment) &&
      !isSticker(attachment) &&
      !message.attachments.some(({ id }) => id === attachment.id),
    linked: isLinked(attachment),
    sticker: isSticker(attachment),
    bytes: attachment.size,
    byBot: message.author.bot === true || Boolean(message.webhook_id),
    byName: webhookName(message),
    placement: {
      kind: "discord",
      guildId: channel.guildId,
      channelId: channel.channelId,
      parentId: channel.parentId,
      messageId: message.id,
      attachmentId: attachment.id,
      authorId: message.author.id,
      filename: attachment.filename,
      postedAt: timestampOf(message.id),
      spoiler: channel.spoiler || isSpoiler(attachment),
      ageRestricted: channel.ageRestricted,
      caption: message.content || undefined,
    },
  }));
}

/** A mention, or the name of the webhook. */
export const posterOf = ({ placement, byName }: PostedPicture): string =>
  posterName(placement.authorId, byName);
