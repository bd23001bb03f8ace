import { LRUCache } from "lru-cache";
import type { ImageRecord, Library } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import type { MessageEdit } from "../gateway/gateway-events.ts";
import {
  isLinked,
  isSticker,
  pictureAttachments,
  type RawMessage,
  timestampOf,
} from "../gateway/payloads.ts";
import type { Log } from "../log.ts";
import type { ChannelDirectory, ReadableChannel } from "../permissions/readable-channels.ts";
import type { Erasures } from "./erasures.ts";
import {
  dropDisabledCaption,
  type GuildSettings,
  type GuildSettingsStore,
  indexState,
  watchesPosts,
} from "./guild-settings.ts";
import type { HighWaterMarks } from "./high-water-marks.ts";
import { type IngestParts, ingestMessages } from "./ingest-messages.ts";
import type { MessageClaims } from "./message-claims.ts";
import type { PostedPicture } from "./posted-pictures.ts";
import { postedPictures } from "./posted-pictures.ts";

export interface LiveParts extends IngestParts {
  readonly library: { readonly posts: Pick<Library["posts"], "setCaption" | "placements"> };
  readonly settings: GuildSettingsStore;
  readonly directory: ChannelDirectory;
  readonly marks: HighWaterMarks;
  readonly erasures: Erasures;
  readonly claims: MessageClaims;
  readonly api: Pick<DiscordApi, "withholds">;
  readonly seesContent: () => boolean;
  /** Called with pictures just posted: indexed ones with their image, others without. */
  readonly onPosted: (channel: ReadableChannel, pictures: readonly LivePicture[]) => void;
  /** Called where a server watches what is posted, with every picture, also of an edit, and whoever posted it. */
  readonly onSeen: (channel: ReadableChannel, pictures: readonly LivePicture[]) => void;
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
  /** Those too that are not to be indexed. */
  readonly seen: readonly LivePicture[];
}

/** Bound on queued pictures; beyond it, messages are left for a later catch-up. */
const MAX_WAITING = 2_000;

const MAX_REMEMBERED = 20_000;
const MAX_EDITS = 1_000;
/** An edit so soon is part of posting. */
const NEW_MS = 600_000;

/** Handles messages as they are posted and edited. */
export class LiveMessages {
  readonly #parts: LiveParts;
  readonly #created = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  /** The latest edit of each message: what an earlier one has not done yet is not done any more. */
  readonly #latestEdits = new LRUCache<string, MessageEdit>({ max: MAX_EDITS });
  readonly #startedAt = Date.now();

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
      if (!posted || posted.pictures.length + posted.seen.length === 0) return;
      if (!(await this.#parts.claims.take(message.id))) return;
      if (posted.pictures.length > 0) this.#parts.onPosted(posted.channel, posted.pictures);
      if (posted.seen.length > 0) this.#parts.onSeen(posted.channel, posted.seen);
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
    this.#latestEdits.set(edit.id, edit);
    this.#parts.verifier.noteWords([message]);
    const kept = new Set(pictureAttachments(message).map(({ id }) => id));
    for (const id of await this.#unsaid(edit)) kept.add(id);
    const isLatest = () => (this.#latestEdits.get(edit.id) ?? edit) === edit;
    if (!isLatest()) return;
    await erasures.keepOnlyAttachments(edit.guild_id, edit.id, kept);
    const guildSettings = await settings.get(edit.guild_id);
    if (edit.author && kept.size > 0) {
      const posted = await this.#ingest(guildSettings, edit.guild_id, message);
      if (posted && posted.seen.length > 0 && this.#isNew(message))
        this.#parts.onSeen(posted.channel, posted.seen);
    }
    if (guildSettings.captions && edit.content !== undefined && isLatest()) {
      await library.posts.setCaption(edit.guild_id, edit.id, edit.content || undefined);
      await dropDisabledCaption({ settings, library }, edit.guild_id, edit.id);
    }
  }

  /**
   * An old message that is pinned, or gets a thread or a link preview, is edited too: nobody is told of it, nor is it deleted.
   * What was posted before the bot started was looked at before, if at all: nobody is told twice.
   */
  #isNew({ id }: RawMessage): boolean {
    return timestampOf(id) >= Math.max(this.#startedAt, Date.now() - NEW_MS);
  }

  /** Links and stickers of which an edit is silent: it leaves them as they are. */
  async #unsaid({ guild_id: guildId, id: messageId, embeds, sticker_items }: MessageEdit): Promise<string[]> {
    if (embeds && sticker_items) return [];
    const placed = await this.#parts.library.posts.placements({ guildId, messageIds: [messageId] });
    return placed
      .map(({ placement }) => placement.attachmentId)
      .filter((id) => (!embeds && isLinked({ id })) || (!sticker_items && isSticker({ id })));
  }

  /** Undefined where the channel is neither indexed, tagged nor watched, or cannot be read now. */
  async #ingest(
    guildSettings: GuildSettings,
    guildId: string,
    message: RawMessage,
  ): Promise<Posted | undefined> {
    const { directory, marks, credits, ingestor } = this.#parts;
    const { indexed, tagging } = guildSettings;
    const isWatched = watchesPosts(guildSettings);
    if (!isWatched && Object.keys(indexed).length === 0 && Object.keys(tagging).length === 0)
      return undefined;
    const channel = await directory.readableChannel(guildId, message.channel_id);
    const isSwamped = ingestor.pending > MAX_WAITING;
    if (!channel || isSwamped) marks.setGap(message.channel_id);
    if (!channel || (isSwamped && !isWatched)) return undefined;
    const state = indexState(guildSettings, channel);
    // Messages posted during a pause are caught up on when it ends: the mark must not pass them.
    if (state === "paused") marks.setGap(channel.channelId);
    if (state !== "indexed" || isSwamped) {
      const pictures = unindexedPictures(channel, await credits.credit(guildId, message));
      return { channel, pictures: isSwamped ? [] : pictures, seen: isWatched ? pictures : [] };
    }
    if (!marks.isLive(channel.channelId)) this.#parts.onGap(guildId, channel.channelId);
    const { ingested } = await ingestMessages(this.#parts, channel, [message], "live");
    const all = ingested
      .filter(({ picture }) => !picture.sticker)
      .map(({ picture, result }) => ({ picture, image: "image" in result ? result.image : undefined }));
    return {
      channel,
      pictures: all.filter(({ image }) => image !== undefined),
      seen: isWatched ? all.filter(({ picture }) => !picture.linked) : [],
    };
  }
}

/** The picture of a link, or a sticker, is not what was posted there: nothing is said of it. */
const unindexedPictures = (channel: ReadableChannel, message: RawMessage): LivePicture[] =>
  postedPictures(message, channel)
    .filter(({ linked, sticker }) => !linked && !sticker)
    .map((picture) => ({ picture, image: undefined }));
