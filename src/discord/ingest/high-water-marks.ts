import type { Library } from "../../core/index.ts";
import { isLater } from "../gateway/payloads.ts";

interface PendingMessages {
  readonly guildId: string;
  /** Messages being ingested. */
  readonly pending: Set<string>;
  /** Latest message seen. */
  latest: string;
}

const FLUSH_MS = 1_000;

/**
 * The high-water mark of each channel: every picture up to this message is in the library or queued for a retry. A mark
 * advances with live messages only while the channel is live, that is, when nothing between the mark and those messages
 * can be missing. A new session leaves a gap in every channel until it has been caught up on.
 */
export class HighWaterMarks {
  readonly #state: Library["state"];
  readonly #channels = new Map<string, PendingMessages>();
  /** Live channels, each with its server. */
  readonly #live = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;

  constructor(state: Library["state"]) {
    this.#state = state;
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), FLUSH_MS);
    this.#timer.unref();
  }

  isLive(channelId: string): boolean {
    return this.#live.has(channelId);
  }

  /** Live events may have been missed, of one channel or of all. */
  setGap(channelId?: string): void {
    if (channelId === undefined) this.#live.clear();
    else this.#live.delete(channelId);
  }

  /** No events arrive from this server now. */
  setGuildGap(guildId: string): void {
    for (const [channelId, of] of this.#live) if (of === guildId) this.#live.delete(channelId);
  }

  /** History has been read up to the present. */
  setLive(guildId: string, channelId: string): void {
    this.#live.set(channelId, guildId);
  }

  get(guildId: string, channelId: string): Promise<string | undefined> {
    return this.#state.get(nameOf(guildId, channelId));
  }

  /** Call it the moment a live message arrives: the mark does not pass it before `endMessage`. */
  beginMessage(guildId: string, channelId: string, messageId: string): void {
    const channel = this.#channels.get(channelId) ?? { guildId, pending: new Set(), latest: messageId };
    channel.pending.add(messageId);
    if (isLater(messageId, channel.latest)) channel.latest = messageId;
    this.#channels.set(channelId, channel);
  }

  endMessage(channelId: string, messageId: string): void {
    this.#channels.get(channelId)?.pending.delete(messageId);
  }

  /** Everything up to this message is ingested. Marks never move back. */
  async advance(guildId: string, channelId: string, messageId: string): Promise<void> {
    const saved = await this.get(guildId, channelId);
    if (saved !== undefined && !isLater(messageId, saved)) return;
    await this.#state.set(nameOf(guildId, channelId), messageId);
  }

  async delete(guildId: string, channelId: string): Promise<void> {
    this.#live.delete(channelId);
    this.#channels.delete(channelId);
    await this.#state.set(nameOf(guildId, channelId), undefined);
  }

  /** Saves the marks that advanced. */
  async flush(): Promise<void> {
    for (const [channelId, channel] of this.#channels) {
      const flows = this.#live.has(channelId);
      if (channel.pending.size === 0) this.#channels.delete(channelId);
      if (flows) await this.advance(channel.guildId, channelId, settled(channel));
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}

const nameOf = (guildId: string, channelId: string) => `discord/mark/${guildId}/${channelId}`;

/** The message up to which nothing is pending. */
function settled({ pending, latest }: PendingMessages): string {
  const [first, ...rest] = pending;
  if (first === undefined) return latest;
  const earliest = rest.reduce((least, id) => (isLater(least, id) ? id : least), first);
  return String(BigInt(earliest) - 1n);
}
