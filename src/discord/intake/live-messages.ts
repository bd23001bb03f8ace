import type { ImageRecord, Library } from "../../core/index.ts";
import type { Place } from "../access/place.ts";
import type { ServerView } from "../access/readable-places.ts";
import type { PostedPicture } from "../attachments/posted-pictures.ts";
import { postedPictures } from "../attachments/posted-pictures.ts";
import { isWithheld, pictureAttachments, type RawMessage } from "../attachments/raw-message.ts";
import type { Log } from "../log.ts";
import { type GuildSettingsStore, indexState } from "../settings/guild-settings.ts";
import { dropUnwantedCaption } from "./captions.ts";
import type { Erasures } from "./erasures.ts";
import type { MessageEdited } from "./events.ts";
import type { Marks } from "./marks.ts";
import { type ReadParts, readMessages } from "./read-messages.ts";

export interface LiveParts extends ReadParts {
  readonly library: { readonly posted: Pick<Library["posted"], "setCaption"> };
  readonly settings: GuildSettingsStore;
  readonly server: ServerView;
  readonly marks: Marks;
  readonly erasures: Erasures;
  readonly seesContent: () => boolean;
  /** Pictures just posted: kept ones with their image, others without. */
  readonly posted: (place: Place, pictures: readonly LivePicture[]) => void;
  /** A place where live messages arrive but the time before them may be missing. */
  readonly behind: (guildId: string, channelId: string) => void;
  readonly log: Log;
}

export interface LivePicture {
  readonly picture: PostedPicture;
  readonly image: ImageRecord | undefined;
}

interface Posted {
  readonly place: Place;
  readonly pictures: readonly LivePicture[];
}

/** So many pictures may wait in memory; beyond, messages are left to be read from history later. */
const MAX_WAITING = 2_000;

/** Messages as they are written, edited and deleted. */
export class LiveMessages {
  readonly #parts: LiveParts;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  async created(message: RawMessage): Promise<void> {
    const { marks, ownId } = this.#parts;
    const guildId = message.guild_id;
    if (!guildId || message.author.id === ownId()) return;
    marks.begin(guildId, message.channel_id, message.id);
    try {
      const posted = await this.#take(guildId, message);
      if (posted && posted.pictures.length > 0) this.#parts.posted(posted.place, posted.pictures);
    } catch (error) {
      marks.stop(message.channel_id);
      this.#parts.log.warn(
        { guildId, channelId: message.channel_id, messageId: message.id, error },
        "intake failed",
      );
    } finally {
      marks.end(message.channel_id, message.id);
    }
  }

  /** Attachments can be taken off a message; link previews come as edits that change nothing. None counts as a post. */
  async edited(edit: MessageEdited): Promise<void> {
    const { seesContent, erasures, ownId, settings, library } = this.#parts;
    if (!seesContent() || !edit.attachments || edit.author?.id === ownId()) return;
    const message: RawMessage = {
      ...edit,
      attachments: edit.attachments,
      content: edit.content ?? "",
      author: edit.author ?? { id: "0" },
    };
    if (isWithheld(message)) return;
    const isForward = edit.message_reference?.type === 1;
    if (isForward && !edit.message_snapshots) return;
    const kept = new Set(pictureAttachments(message).map(({ id }) => id));
    await erasures.attachmentsBut(edit.guild_id, edit.id, kept);
    if (edit.author && kept.size > 0) await this.#take(edit.guild_id, message);
    const { captions } = await settings.of(edit.guild_id);
    if (captions && edit.content !== undefined) {
      await library.posted.setCaption(edit.guild_id, edit.id, edit.content || undefined);
      await dropUnwantedCaption({ settings, library }, edit.guild_id, edit.id);
    }
  }

  /** Keeps what is to be kept. The message's pictures, unless nothing is to be done with any. */
  async #take(guildId: string, message: RawMessage): Promise<Posted | undefined> {
    const { settings, server, marks } = this.#parts;
    const rules = await settings.of(guildId);
    if (Object.keys(rules.indexed).length === 0 && Object.keys(rules.tagging).length === 0) return undefined;
    const place = await server.place(guildId, message.channel_id);
    if (!place || this.#parts.pictures.waiting > MAX_WAITING) {
      marks.stop(message.channel_id);
      return undefined;
    }
    const state = indexState(rules, place);
    // What is posted during a pause is read from history when it ends: the mark must not pass it.
    if (state === "paused") marks.stop(place.channelId);
    if (state !== "indexed") return { place, pictures: notKept(place, message) };
    if (!marks.flows(place.channelId)) this.#parts.behind(guildId, place.channelId);
    const { taken } = await readMessages(this.#parts, place, [message], "live");
    const pictures = taken.flatMap(({ picture, taken: result }) =>
      "image" in result ? [{ picture, image: result.image }] : [],
    );
    return { place, pictures };
  }
}

const notKept = (place: Place, message: RawMessage): LivePicture[] =>
  postedPictures(message, place).map((picture) => ({ picture, image: undefined }));
