import { setTimeout as pause } from "node:timers/promises";
import type { Library } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { compareSnowflakes, isLater } from "../gateway/payloads.ts";
import { type GuildSettingsStore, indexState } from "../ingest/guild-settings.ts";
import { type IngestParts, ingestMessages } from "../ingest/ingest-messages.ts";
import type { Log } from "../log.ts";
import type { ChannelDirectory } from "../permissions/readable-channels.ts";

export interface RefetcherParts extends IngestParts {
  readonly library: Pick<Library, "posts" | "model" | "dropOutdatedVectors">;
  readonly settings: GuildSettingsStore;
  readonly api: DiscordApi;
  readonly directory: ChannelDirectory;
  readonly seesContent: () => boolean;
  readonly log: Log;
  /** Between two requests; not urgent. Default 5,000. */
  readonly paceMs?: number | undefined;
}

/**
 * Fetches pictures again that are placed but not embedded by the library's model, as a switch of models leaves those
 * that are nowhere but on Discord.
 */
export class Refetcher {
  readonly #parts: RefetcherParts;
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  /** Requested already for this space; transient failures are in the retry queue. */
  readonly #requested = new Set<string>();

  constructor(parts: RefetcherParts) {
    this.#parts = parts;
  }

  start(guildId: string): void {
    if (this.#stop.signal.aborted || !this.#parts.seesContent() || this.#running.has(guildId)) return;
    const work = this.#refetch(guildId)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted)
          this.#parts.log.warn(
            { guildId, error },
            "pictures could not be fetched again, will be tried again",
          );
      })
      .finally(() => this.#running.delete(guildId));
    this.#running.set(guildId, work);
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the bot is stopping"));
    await Promise.allSettled(this.#running.values());
  }

  async #refetch(guildId: string): Promise<void> {
    const { library, log } = this.#parts;
    const channels = new Map<string, Set<string>>();
    for (const { channelId, messageId } of await library.posts.unembedded(guildId)) {
      if (this.#requested.has(this.#request(messageId))) continue;
      channels.set(channelId, (channels.get(channelId) ?? new Set()).add(messageId));
    }
    for (const [channelId, messageIds] of channels) {
      try {
        await this.#refetchChannel(guildId, channelId, [...messageIds].sort(compareSnowflakes));
      } catch (error) {
        if (this.#stop.signal.aborted) throw error;
        log.warn({ guildId, channelId, error }, "pictures could not be fetched again here");
      }
    }
    if (channels.size > 0) await library.dropOutdatedVectors();
  }

  /** Oldest first; a page of history holds many messages that lie close together. */
  async #refetchChannel(guildId: string, channelId: string, messageIds: readonly string[]): Promise<void> {
    const { api, directory, settings, paceMs = 5_000 } = this.#parts;
    for (let left = messageIds; left[0] !== undefined; ) {
      await pause(paceMs, undefined, { signal: this.#stop.signal });
      const channel = await directory.readableChannel(guildId, channelId);
      if (!channel || indexState(await settings.get(guildId), channel) !== "indexed") return;
      const after = String(BigInt(left[0]) - 1n);
      const page = await api.messages(channelId, { after }, this.#stop.signal);
      const newest = page[0]?.id ?? left[0];
      const covered = new Set(left.filter((id) => !isLater(id, newest)));
      const wanted = page.filter(({ id }) => covered.has(id));
      await ingestMessages(this.#parts, channel, wanted, "history");
      for (const id of covered) this.#requested.add(this.#request(id));
      left = left.filter((id) => !covered.has(id));
    }
  }

  #request(messageId: string): string {
    return `${this.#parts.library.model.space} ${messageId}`;
  }
}
