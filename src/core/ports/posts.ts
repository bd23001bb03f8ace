import type { DiscordPlacement, DiscordSelector, ImageId, RemoveReport, Timestamp } from "../types.ts";
import type { ImageKey } from "./images.ts";

export interface GuildChannel {
  readonly channelId: string;
  readonly parentId?: string | undefined;
  readonly images: number;
  readonly newest: Timestamp;
}

/** Where an attachment can be requested from Discord again. */
export type PostedAt = Pick<DiscordPlacement, "channelId" | "messageId" | "attachmentId">;

/** What was posted where on Discord. */
export interface PostStore {
  /** Failures of the selected attachments are erased too: no id of a deleted message stays. */
  remove(selector: DiscordSelector): Promise<RemoveReport>;
  placements(selector: DiscordSelector): Promise<{ id: ImageId; placement: DiscordPlacement }[]>;
  /** Of the selected posts, each once; far lighter than their placements. */
  imagesOf(selector: DiscordSelector): Promise<ImageKey[]>;
  /**
   * Which of these attachments are placed and embedded in the active space, or failed for good: neither needs to be
   * fetched again. As long as no model is active, being placed is enough.
   */
  knownAttachments(attachmentIds: readonly string[]): Promise<Set<string>>;
  /** Which of these attachments failed for good, wherever they were posted. */
  failedAttachments(attachmentIds: readonly string[]): Promise<Set<string>>;
  /** Attachments of a guild that are placed without being known, as a switch of models or an older decoder leaves them. */
  unembedded(guildId: string): Promise<PostedAt[]>;
  guilds(): Promise<{ guildId: string; channels: number; images: number }[]>;
  /** Channels and threads of a guild that have placements. */
  channels(guildId: string): Promise<GuildChannel[]>;
  /** Channels and threads of the guild in which any of these images was posted. */
  channelsOf(images: readonly ImageKey[], guildId: string): Promise<string[]>;
  /** Sets or clears the caption of a message's placements. */
  setCaption(guildId: string, messageId: string, caption: string | undefined): Promise<void>;
  /** Erases every caption of a guild. */
  eraseCaptions(guildId: string): Promise<void>;
}
