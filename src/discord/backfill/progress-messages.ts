import * as z from "zod";
import type { Library } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { snowflake } from "../gateway/payloads.ts";
import type { RetryQueue } from "../ingest/retry-queue.ts";
import type { Log } from "../log.ts";
import type { ChannelDirectory } from "../permissions/readable-channels.ts";
import type { AnswerTexts } from "../texts/english.ts";
import type { BackfillJob, BackfillProgress } from "./backfill-progress.ts";
import { describeReport, indexReport } from "./index-report.ts";

const messageRef = z.object({ channelId: snowflake, messageId: snowflake });

export interface ProgressParts {
  readonly state: Library["state"];
  readonly posts: Library["posts"];
  readonly api: Pick<DiscordApi, "send" | "edit" | "delete">;
  /** Whether all who read the one channel may read the other, now. */
  readonly readersCanRead: (
    guildId: string,
    places: { readonly audienceId: string; readonly sourceId: string },
  ) => Promise<boolean>;
  /** In the language of a server. */
  readonly textsOf: (guildId: string) => AnswerTexts;
  readonly directory: ChannelDirectory;
  readonly backfillProgress: BackfillProgress;
  readonly retryQueue: RetryQueue;
  readonly log: Log;
  /** Minimum time between two edits of one message. Default 6,000. */
  readonly intervalMs?: number | undefined;
}

/**
 * One message per indexed channel, edited while history is read, and removed when not all who see it may know. A message of the bot, because interaction tokens
 * expire after fifteen minutes; its id is stored, so that edits go on after a restart.
 */
export class ProgressMessages {
  readonly #parts: ProgressParts;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #inFlight = new Set<Promise<void>>();
  #closed = false;

  constructor(parts: ProgressParts) {
    this.#parts = parts;
  }

  async start(guildId: string, rootId: string, channelId: string): Promise<void> {
    const content = await this.#text(guildId, rootId);
    const messageId = await this.#parts.api.send(channelId, { content });
    await this.#parts.state.set(nameOf(guildId, rootId), JSON.stringify({ channelId, messageId }));
    this.scheduleUpdate({ guildId, rootId });
  }

  /** Throttled: call it at every change. */
  scheduleUpdate({ guildId, rootId }: Pick<BackfillJob, "guildId" | "rootId">): void {
    if (this.#closed || this.#timers.has(rootId)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(rootId);
      const edit = this.#edit(guildId, rootId).finally(() => this.#inFlight.delete(edit));
      this.#inFlight.add(edit);
    }, this.#parts.intervalMs ?? 6_000);
    this.#timers.set(rootId, timer);
  }

  /** Starts no more edits and waits for those in flight. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await Promise.all(this.#inFlight);
  }

  async #edit(guildId: string, rootId: string): Promise<void> {
    const name = nameOf(guildId, rootId);
    try {
      const text = await this.#parts.state.get(name);
      if (text === undefined) return;
      const { channelId, messageId } = messageRef.parse(JSON.parse(text));
      if (!(await this.#parts.readersCanRead(guildId, { audienceId: channelId, sourceId: rootId }))) {
        await this.#parts.state.set(name, undefined);
        await this.#parts.api.delete(channelId, messageId);
        return;
      }
      const jobs = await this.#parts.backfillProgress.list(guildId, rootId);
      await this.#parts.api.edit(channelId, messageId, { content: await this.#text(guildId, rootId) });
      if (jobs.every((job) => job.state !== "running")) await this.#parts.state.set(name, undefined);
    } catch (error) {
      // The message may be deleted or the bot muted there; /index status still works.
      this.#parts.log.debug({ guildId, rootId, error }, "progress could not be shown");
      await this.#parts.state.set(name, undefined).catch(() => {});
    }
  }

  /** All see the message, and not all are in private threads. */
  async #open(guildId: string, channelIds: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      channelIds.map((id) => this.#parts.directory.readableChannel(guildId, id)),
    );
    return found.flatMap((channel) =>
      channel && channel.kind !== "private-thread" ? [channel.channelId] : [],
    );
  }

  async #text(guildId: string, rootId: string): Promise<string> {
    const report = await indexReport(this.#parts, guildId, rootId, {
      paused: false,
      countable: (ids) => this.#open(guildId, ids),
    });
    return describeReport(rootId, report, this.#parts.textsOf(guildId));
  }
}

const nameOf = (guildId: string, rootId: string) => `discord/progress/${guildId}/${rootId}`;
