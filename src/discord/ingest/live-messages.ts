import { LRUCache } from "lru-cache";
import type { ImageRecord, Library } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import type { MessageEdit } from "../gateway/gateway-events.ts";
import { isLinked, pictureAttachments, type RawMessage } from "../gateway/payloads.ts";
import type { Log } from "../log.ts";
import type { ChannelDirectory, ReadableChannel } from "../permissions/readable-channels.ts";
import type { Erasures } from "./erasures.ts";
import {
  dropDisabledCaption,
  type GuildSettings,
  type GuildSettingsStore,
  indexState,
} from "./guild-settings.ts";
import type { HighWaterMarks } from "./high-water-marks.ts";
import { type IngestParts, ingestMessages } from "./ingest-messages.ts";
import type { PostedPicture } from "./posted-pictures.ts";
import { postedPictures } from "./posted-pictures.ts";

export interface LiveParts extends IngestParts {
  readonly library: { readonly posts: Pick<Library["posts"], "setCaption" | "placements"> };
  readonly settings: GuildSettingsStore;
  readonly directory: ChannelDirectory;
  readonly marks: HighWaterMarks;
  readonly erasures: Erasures;
  readonly api: Pick<DiscordApi, "withholds">;
  readonly seesContent: () => boolean;
  /** Called with pictures just posted: indexed ones with their image, others without. */
  readonly onPosted: (channel: ReadableChannel, pictures: readonly LivePicture[]) => void;
  /** Live messages arrive in this channel, but earlier ones may be missing. */
  readonly onGap: (guildId: string, channelId: string) => void;
  readonly log: Log;
}

export interface LivePicture {
  readonly picture: PostedPicture;
  readonly image: ImageRecord | undefined;
}

interface Posted {
  readonly channel: ReadableChannel;
  readonly pictures: readonly LivePicture[];
}

/** Bound on queued pictures; beyond it, messages are left for a later catch-up. */
const MAX_WAITING = 2_000;

const MAX_REMEMBERED = 20_000;

/** Handles messages as they are posted and edited. */
export class LiveMessages {
  readonly #parts: LiveParts;
  readonly #created = new LRUCache<string, true>({ max: MAX_REMEMBERED });

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  async created(message: RawMessage): Promise<void> {
    const { marks, ownId, settings } = this.#parts;
    const guildId = message.guild_id;
    if (!guildId || message.author.id === ownId()) return;
    // Discord may deliver an event again.
    if (this.#created.has(message.id)) return;
    this.#created.set(message.id, true);
    this.#parts.credits.noticed(message);
    marks.beginMessage(guildId, message.channel_id, message.id);
    try {
      const posted = await this.#ingest(await settings.get(guildId), guildId, message);
      if (posted && posted.pictures.length > 0) this.#parts.onPosted(posted.channel, posted.pictures);
    } catch (error) {
      marks.setGap(message.channel_id);
      this.#parts.log.warn(
        { guildId, channelId: message.channel_id, messageId: message.id, error },
        "a message could not be ingested",
      );
    } finally {
      marks.endMessage(message.channel_id, message.id);
    }
  }

  /** Attachments can be removed from a message; link previews arrive as edits without changes. Neither is a new post. */
  async edited(edit: MessageEdit): Promise<void> {
    const { seesContent, api, erasures, ownId, settings, library } = this.#parts;
    if (!seesContent() || !edit.attachments || edit.author?.id === ownId()) return;
    const message: RawMessage = {
      ...edit,
      attachments: edit.attachments,
      content: edit.content ?? "",
      author: edit.author ?? { id: "0" },
    };
    if (await api.withholds(message)) return;
    const isForward = edit.message_reference?.type === 1;
    if (isForward && !edit.message_snapshots) return;
    const kept = new Set(pictureAttachments(message).map(({ id }) => id));
    for (const id of edit.embeds ? [] : await this.#linkedOf(edit.guild_id, edit.id)) kept.add(id);
    await erasures.keepOnlyAttachments(edit.guild_id, edit.id, kept);
    const guildSettings = await settings.get(edit.guild_id);
    if (edit.author && kept.size > 0) await this.#ingest(guildSettings, edit.guild_id, message);
    if (guildSettings.captions && edit.content !== undefined) {
      await library.posts.setCaption(edit.guild_id, edit.id, edit.content || undefined);
      await dropDisabledCaption({ settings, library }, edit.guild_id, edit.id);
    }
  }

  /** What an edit that is silent about links leaves as it is. */
  async #linkedOf(guildId: string, messageId: string): Promise<string[]> {
    const placed = await this.#parts.library.posts.placements({ guildId, messageIds: [messageId] });
    return placed.map(({ placement }) => placement.attachmentId).filter((id) => isLinked({ id }));
  }

  /** Undefined where the channel is neither indexed nor tagged, or cannot be ingested now. */
  async #ingest(
    guildSettings: GuildSettings,
    guildId: string,
    message: RawMessage,
  ): Promise<Posted | undefined> {
    const { directory, marks } = this.#parts;
    if (Object.keys(guildSettings.indexed).length === 0 && Object.keys(guildSettings.tagging).length === 0)
      return undefined;
    const channel = await directory.readableChannel(guildId, message.channel_id);
    if (!channel || this.#parts.ingestor.pending > MAX_WAITING) {
      marks.setGap(message.channel_id);
      return undefined;
    }
    const state = indexState(guildSettings, channel);
    // Messages posted during a pause are caught up on when it ends: the mark must not pass them.
    if (state === "paused") marks.setGap(channel.channelId);
    if (state !== "indexed") {
      const credited = await this.#parts.credits.credit(guildId, message);
      return { channel, pictures: unindexedPictures(channel, credited) };
    }
    if (!marks.isLive(channel.channelId)) this.#parts.onGap(guildId, channel.channelId);
    const { ingested } = await ingestMessages(this.#parts, channel, [message], "live");
    const pictures = ingested.flatMap(({ picture, result }) =>
      "image" in result ? [{ picture, image: result.image }] : [],
    );
    return { channel, pictures };
  }
}

/** A link's picture is not what was posted there: nothing is said of it. */
const unindexedPictures = (channel: ReadableChannel, message: RawMessage): LivePicture[] =>
  postedPictures(message, channel)
    .filter(({ linked }) => !linked)
    .map((picture) => ({ picture, image: undefined }));
