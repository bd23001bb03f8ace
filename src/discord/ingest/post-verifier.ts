import { LRUCache } from "lru-cache";
import type { DiscordPlacement } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { pictureAttachments, type RawMessage } from "../gateway/payloads.ts";
import type { Log } from "../log.ts";
import type { Erasures } from "./erasures.ts";
import { type GuildSettingsStore, retentionCutoff } from "./guild-settings.ts";
import { isSpoiler, webhookName } from "./posted-pictures.ts";

export interface VerifierParts {
  readonly api: Pick<DiscordApi, "message" | "withholds">;
  readonly erasures: Erasures;
  readonly settings: Pick<GuildSettingsStore, "get">;
  /** False while Discord withholds message content: then a lookup shows whether a message exists, not what is in it. */
  readonly seesContent: () => boolean;
  readonly log: Log;
}

/** The channel of a message, or its thread and parent channel. */
interface MessageLocation {
  readonly guildId: string;
  readonly channelId: string;
  readonly parentId?: string | undefined;
}

/** Messages. */
const MAX_SEEN = 50_000;

/** How long a query waits for the lookup of one message. */
const TIMEOUT_MS = 8_000;

/**
 * Verifies that a picture is still posted. Deletions arrive as events only for this session, so a message from before it
 * is looked up once before it is shown, and erased if Discord no longer has it.
 */
export class PostVerifier {
  readonly #parts: VerifierParts;
  readonly #seen = new LRUCache<string, MessageLocation>({ max: MAX_SEEN });

  readonly #descriptions = new LRUCache<string, string>({ max: 10_000 });
  /** Attachments that are spoilers now, whatever they were when they were indexed. */
  readonly #spoilers = new LRUCache<string, true>({ max: MAX_SEEN });
  /** By message. */
  readonly #webhooks = new LRUCache<string, { readonly authorId: string; readonly name: string }>({
    max: 10_000,
  });

  constructor(parts: VerifierParts) {
    this.#parts = parts;
  }

  /** Messages read in this session: their deletions arrive as events. */
  markSeen({ guildId, channelId, parentId }: MessageLocation, messageIds: readonly string[]): void {
    for (const id of messageIds) this.#seen.set(id, { guildId, channelId, parentId });
  }

  hasSeen(messageId: string): boolean {
    return this.#seen.has(messageId);
  }

  /** What posters wrote of their pictures or made spoilers, and names of webhooks, of messages just read: kept in memory only. */
  noteWords(messages: readonly RawMessage[]): void {
    for (const attachment of messages.flatMap(pictureAttachments)) {
      const { id, description } = attachment;
      if (description) this.#descriptions.set(id, description);
      if (isSpoiler(attachment)) this.#spoilers.set(id, true);
    }
    for (const message of messages) {
      const name = webhookName(message);
      if (name !== undefined) this.#webhooks.set(message.id, { authorId: message.author.id, name });
    }
  }

  /** Undefined unless a webhook counts as its poster. Untrusted text. */
  webhookNameOf({
    messageId,
    authorId,
  }: Pick<DiscordPlacement, "messageId" | "authorId">): string | undefined {
    const webhook = this.#webhooks.get(messageId);
    return webhook?.authorId === authorId ? webhook.name : undefined;
  }

  /** Untrusted text. */
  descriptionOf({ attachmentId }: Pick<DiscordPlacement, "attachmentId">): string | undefined {
    return this.#descriptions.get(attachmentId);
  }

  /** Also one that was made a spoiler after it was indexed. */
  isSpoiler({ attachmentId, spoiler }: DiscordPlacement): boolean {
    return spoiler || this.#spoilers.has(attachmentId);
  }

  /** After a new session: deletions may have been missed. */
  invalidateAll(): void {
    this.#seen.clear();
  }

  /** No events arrive from this server now. */
  invalidateGuild(guildId: string): void {
    this.#invalidate((where) => where.guildId === guildId);
  }

  /** No events arrive from this channel and its threads now. */
  invalidateChannel(channelId: string): void {
    this.#invalidate((where) => where.channelId === channelId || where.parentId === channelId);
  }

  #invalidate(isAffected: (location: MessageLocation) => boolean): void {
    for (const [id, location] of [...this.#seen.entries()]) if (isAffected(location)) this.#seen.delete(id);
  }

  /** "unsure" when the lookup failed: better not shown. */
  async verify(placement: DiscordPlacement): Promise<"posted" | "gone" | "unsure"> {
    if (this.#parts.erasures.isErased(placement)) return "gone";
    const { guildId, channelId, messageId } = placement;
    if (await this.#isPastRetention(placement)) {
      await this.#parts.erasures.erase({ guildId, messageIds: [messageId] });
      return "gone";
    }
    if (this.hasSeen(messageId)) return "posted";
    try {
      const message = await withTimeout(
        TIMEOUT_MS,
        this.#parts.api.message(channelId, messageId, { attempts: 3 }),
      );
      if (!message) {
        await this.#parts.erasures.eraseMessages(guildId, [messageId]);
        return "gone";
      }
      return await this.#inspect(message, placement);
    } catch (error) {
      this.#parts.log.debug({ guildId, channelId, messageId, error }, "could not look a message up");
      return "unsure";
    }
  }

  /** Maintenance erases it within the minute; nobody is shown it until then. */
  async #isPastRetention({ guildId, postedAt }: DiscordPlacement): Promise<boolean> {
    return postedAt < retentionCutoff((await this.#parts.settings.get(guildId)).retentionDays);
  }

  /** Without message content deletions do not arrive either, so nothing is marked as seen. */
  async #inspect(message: RawMessage, placement: DiscordPlacement) {
    const { guildId, messageId, attachmentId } = placement;
    this.noteWords([message]);
    if (!this.#parts.seesContent()) return "posted";
    if (await this.#parts.api.withholds(message)) return "unsure";
    const kept = new Set(pictureAttachments(message).map(({ id }) => id));
    await this.#parts.erasures.keepOnlyAttachments(guildId, messageId, kept);
    this.markSeen(placement, [messageId]);
    return kept.has(attachmentId) ? "posted" : "gone";
  }
}

async function withTimeout<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
