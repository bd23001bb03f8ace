import { LRUCache } from "lru-cache";
import { pictureAttachments, type RawMessage, timestampOf } from "../gateway/payloads.ts";
import { type FindProxiedSender, PLURALKIT } from "../gateway/pluralkit.ts";
import type { GuildSettingsStore } from "./guild-settings.ts";

export interface CreditParts {
  readonly settings: Pick<GuildSettingsStore, "get">;
  readonly askPluralKit: FindProxiedSender;
}

/** A proxy posts a member's message again within seconds. */
const PROXIED_WITHIN_MS = 60_000;

/**
 * Whom a picture counts as posted by. Proxies such as PluralKit and Tupperbox delete what a member wrote and post it
 * again by a webhook. Where a server chose so, the member counts, so that their choices under /privacy reach it: the one who
 * just posted the same files there, or, for messages of PluralKit read later, whom its public API names.
 */
export class CreditedAuthors {
  readonly #parts: CreditParts;
  /** Who posted these files in this channel, and when. */
  readonly #posted = new LRUCache<string, readonly { authorId: string; at: number }[]>({ max: 5_000 });

  constructor(parts: CreditParts) {
    this.#parts = parts;
  }

  /** Call it with each message as it is posted. */
  noticed(message: RawMessage): void {
    if (message.webhook_id || message.author.bot || message.attachments.length === 0) return;
    const key = filesOf(message);
    const one = { authorId: message.author.id, at: timestampOf(message.id) };
    this.#posted.set(key, [...this.#recent(key, one.at), one]);
  }

  /** The message as by whom it counts. Rejects where that cannot be told for the moment. */
  async credit(guildId: string, message: RawMessage): Promise<RawMessage> {
    if (!message.webhook_id || pictureAttachments(message).length === 0) return message;
    if ((await this.#parts.settings.get(guildId)).proxies === "webhook") return message;
    const authorId = this.#justPosted(message) ?? (await this.#askProxy(message));
    return authorId === undefined ? message : { ...message, author: { id: authorId }, webhook_id: undefined };
  }

  /** Undefined also when two people posted such files. */
  #justPosted(message: RawMessage): string | undefined {
    const recent = this.#recent(filesOf(message), timestampOf(message.id));
    const [authorId, ...others] = new Set(recent.map((one) => one.authorId));
    return others.length === 0 ? authorId : undefined;
  }

  async #askProxy({ id, application_id }: RawMessage): Promise<string | undefined> {
    return application_id === PLURALKIT ? this.#parts.askPluralKit(id) : undefined;
  }

  #recent(key: string, now: number) {
    return (this.#posted.get(key) ?? []).filter(({ at }) => Math.abs(now - at) <= PROXIED_WITHIN_MS);
  }
}

const filesOf = ({ channel_id, attachments }: RawMessage): string =>
  JSON.stringify([channel_id, attachments.map(({ filename, size }) => `${size} ${filename}`).sort()]);
