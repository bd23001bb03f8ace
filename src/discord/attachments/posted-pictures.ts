import type { DiscordPlacement } from "../../core/index.ts";
import type { Place } from "../access/place.ts";
import { timeOf } from "../snowflake.ts";
import type { RawAttachment, RawMessage } from "./raw-message.ts";

/** A picture in a message, before its bytes were fetched. */
export interface PostedPicture {
  readonly placement: DiscordPlacement;
  /** Signed and short-lived: for fetching now, never for keeping. */
  readonly url: string;
  /** Posted by an account that is a program. */
  readonly byProgram: boolean;
}

const PICTURE_NAME = /\.(jpe?g|png|webp|gif|avif|tiff?|bmp)$/i;
const SPOILER = 1 << 3;

/** By its declared type, else by its name: only a guess, the bytes decide later. */
export function looksLikePicture({ content_type, filename }: RawAttachment): boolean {
  if (content_type?.startsWith("image/")) return !content_type.startsWith("image/svg");
  return !content_type?.startsWith("video/") && PICTURE_NAME.test(filename);
}

/** Pictures attached to the message itself and to the messages it forwards. */
export function pictureAttachments(message: RawMessage): RawAttachment[] {
  const forwarded = (message.message_snapshots ?? []).flatMap((snapshot) => snapshot.message.attachments);
  const all = new Map(
    [...message.attachments, ...forwarded].map((attachment) => [attachment.id, attachment]),
  );
  return [...all.values()].filter(looksLikePicture);
}

export function postedPictures(message: RawMessage, place: Place, keepCaption: boolean): PostedPicture[] {
  return pictureAttachments(message).map((attachment) => ({
    url: attachment.url,
    byProgram: message.author.bot === true || Boolean(message.webhook_id),
    placement: {
      kind: "discord",
      guildId: place.guildId,
      channelId: place.channelId,
      parentId: place.parentId,
      messageId: message.id,
      attachmentId: attachment.id,
      authorId: message.author.id,
      filename: attachment.filename,
      postedAt: timeOf(message.id),
      spoiler: attachment.filename.startsWith("SPOILER_") || ((attachment.flags ?? 0) & SPOILER) !== 0,
      ageRestricted: place.ageRestricted,
      caption: keepCaption && message.content !== "" ? message.content : undefined,
    },
  }));
}
