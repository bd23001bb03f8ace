import type { DiscordPlacement } from "../../core/index.ts";
import { isWithheld, pictureAttachments, type RawMessage } from "../attachments/raw-message.ts";
import type { DiscordApi } from "../discord-api.ts";
import type { Log } from "../log.ts";
import { RecentMap } from "../recent-map.ts";
import type { Erasures } from "./erasures.ts";

export interface LivenessParts {
  readonly api: Pick<DiscordApi, "message">;
  readonly erasures: Erasures;
  /** False while Discord withholds message content: then it tells whether a message is there, not what is in it. */
  readonly seesContent: () => boolean;
  readonly log: Log;
}

/** Where a message was seen: a channel, or a thread with the channel that it belongs to. */
interface Where {
  readonly guildId: string;
  readonly channelId: string;
  readonly parentId?: string | undefined;
}

/** How long a question waits for Discord's word on one message. */
const PATIENCE_MS = 8_000;

/**
 * Whether a picture is still posted. Deletions arrive live; those of the time before this session do not, so a
 * message from then is looked up once before it is shown, and dropped when Discord says it is gone.
 */
export class Liveness {
  readonly #parts: LivenessParts;
  readonly #seen = new RecentMap<string, Where>(50_000);

  constructor(parts: LivenessParts) {
    this.#parts = parts;
  }

  /** The message was read in this session: its deletion would arrive live. */
  saw({ guildId, channelId, parentId }: Where, messageIds: readonly string[]): void {
    for (const id of messageIds) this.#seen.set(id, { guildId, channelId, parentId });
  }

  hasSeen(messageId: string): boolean {
    return this.#seen.has(messageId);
  }

  /** A fresh session: deletions may have been missed. */
  forgetAll(): void {
    this.#seen.clear();
  }

  /** Nothing arrives from this server now. */
  forgetGuild(guildId: string): void {
    this.#seen.deleteWhere((where) => where.guildId === guildId);
  }

  /** Nothing arrives from this channel and its threads now. */
  forgetChannel(channelId: string): void {
    this.#seen.deleteWhere((where) => where.channelId === channelId || where.parentId === channelId);
  }

  /** "unsure" when Discord did not answer: better not shown. */
  async check(placement: DiscordPlacement): Promise<"posted" | "gone" | "unsure"> {
    if (this.#parts.erasures.isGone(placement)) return "gone";
    if (this.hasSeen(placement.messageId)) return "posted";
    const { guildId, channelId, messageId } = placement;
    try {
      const message = await within(
        PATIENCE_MS,
        this.#parts.api.message(channelId, messageId, { attempts: 3 }),
      );
      if (!message) {
        await this.#parts.erasures.messages(guildId, [messageId]);
        return "gone";
      }
      return await this.#lookInto(message, placement);
    } catch (error) {
      this.#parts.log.debug({ guildId, channelId, messageId, error }, "could not look a message up");
      return "unsure";
    }
  }

  /** Without message content deletions do not arrive live either, so that nothing is remembered as seen. */
  async #lookInto(message: RawMessage, placement: DiscordPlacement) {
    const { guildId, messageId, attachmentId } = placement;
    if (!this.#parts.seesContent()) return "posted";
    if (isWithheld(message)) return "unsure";
    const kept = new Set(pictureAttachments(message).map(({ id }) => id));
    await this.#parts.erasures.attachmentsBut(guildId, messageId, kept);
    this.saw(placement, [messageId]);
    return kept.has(attachmentId) ? "posted" : "gone";
  }
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
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
