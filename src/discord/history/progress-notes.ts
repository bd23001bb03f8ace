import { z } from "zod";
import type { Library } from "../../core/index.ts";
import type { DiscordApi } from "../discord-api.ts";
import type { SecondTries } from "../intake/second-tries.ts";
import type { Log } from "../log.ts";
import { snowflake } from "../snowflake.ts";
import { describeReport, indexReport } from "./index-report.ts";
import type { Job, Jobs } from "./jobs.ts";

const note = z.object({ channelId: snowflake, messageId: snowflake });

export interface ProgressParts {
  readonly cursors: Library["cursors"];
  readonly posted: Library["posted"];
  readonly api: Pick<DiscordApi, "send" | "edit">;
  readonly jobs: Jobs;
  readonly secondTries: SecondTries;
  readonly log: Log;
  /** Least time between two edits of one message. Default 6,000. */
  readonly everyMs?: number | undefined;
}

/**
 * One message per indexed channel that is edited while history is read. It is the bot's own message, for the token
 * of an interaction dies after fifteen minutes; its id is noted, so that it goes on after a restart.
 */
export class ProgressNotes {
  readonly #parts: ProgressParts;
  readonly #due = new Map<string, NodeJS.Timeout>();
  readonly #underway = new Set<Promise<void>>();
  #closed = false;

  constructor(parts: ProgressParts) {
    this.#parts = parts;
  }

  async start(guildId: string, rootId: string, channelId: string): Promise<void> {
    const content = await this.#text(guildId, rootId);
    const messageId = await this.#parts.api.send(channelId, { content });
    await this.#parts.cursors.setCursor(nameOf(guildId, rootId), JSON.stringify({ channelId, messageId }));
    this.changed({ guildId, rootId });
  }

  /** To be called as often as anything moves. */
  changed({ guildId, rootId }: Pick<Job, "guildId" | "rootId">): void {
    if (this.#closed || this.#due.has(rootId)) return;
    const timer = setTimeout(() => {
      this.#due.delete(rootId);
      const edit = this.#edit(guildId, rootId).finally(() => this.#underway.delete(edit));
      this.#underway.add(edit);
    }, this.#parts.everyMs ?? 6_000);
    this.#due.set(rootId, timer);
  }

  /** Begins no more edits, and waits for those underway. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
    await Promise.all(this.#underway);
  }

  async #edit(guildId: string, rootId: string): Promise<void> {
    const name = nameOf(guildId, rootId);
    try {
      const text = await this.#parts.cursors.cursor(name);
      if (text === undefined) return;
      const { channelId, messageId } = note.parse(JSON.parse(text));
      const jobs = await this.#parts.jobs.list(guildId, rootId);
      await this.#parts.api.edit(channelId, messageId, { content: await this.#text(guildId, rootId) });
      if (jobs.every((job) => job.state !== "running")) await this.#parts.cursors.setCursor(name, undefined);
    } catch (error) {
      // The message may be deleted, or the bot muted there; /index status still tells.
      this.#parts.log.debug({ guildId, rootId, error }, "progress could not be shown");
      await this.#parts.cursors.setCursor(name, undefined).catch(() => {});
    }
  }

  async #text(guildId: string, rootId: string): Promise<string> {
    return describeReport(rootId, await indexReport(this.#parts, guildId, rootId, false));
  }
}

const nameOf = (guildId: string, rootId: string) => `discord/progress/${guildId}/${rootId}`;
