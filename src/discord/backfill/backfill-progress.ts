import * as z from "zod";
import type { Library } from "../../core/index.ts";
import { snowflake } from "../gateway/payloads.ts";

const job = z.object({
  guildId: snowflake,
  /** A channel or a thread. */
  channelId: snowflake,
  /** The indexed channel; the same as `channelId` unless this is a thread. */
  rootId: snowflake,
  /** denied: the bot cannot read it now; retried from time to time. */
  state: z.enum(["running", "done", "denied"]),
  /** Oldest message read so far; backfill continues before it. Null: nothing read yet. */
  before: snowflake.nullable(),
  threadsListed: z.boolean(),
  counts: z.object({
    messages: z.number(),
    added: z.number(),
    known: z.number(),
    skipped: z.number(),
    failed: z.number(),
  }),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
});
export type BackfillJob = z.infer<typeof job>;

/** How far the history of each channel and thread has been read: one stored job each. */
export class BackfillProgress {
  readonly #state: Library["state"];

  constructor(state: Library["state"]) {
    this.#state = state;
  }

  /** A new job starts from the newest message. */
  async getOrCreate(guildId: string, channelId: string, rootId: string): Promise<BackfillJob> {
    const known = await this.get(guildId, channelId);
    if (known) return known;
    const fresh = newJob(guildId, channelId, rootId);
    await this.save(fresh);
    return fresh;
  }

  /** For a thread just created, which has no history. */
  async createDone(guildId: string, channelId: string, rootId: string): Promise<void> {
    if (await this.get(guildId, channelId)) return;
    const now = Date.now();
    await this.save({
      ...newJob(guildId, channelId, rootId),
      state: "done",
      threadsListed: true,
      finishedAt: now,
    });
  }

  async get(guildId: string, channelId: string): Promise<BackfillJob | undefined> {
    const text = await this.#state.get(nameOf(guildId, channelId));
    return text === undefined ? undefined : job.parse(JSON.parse(text));
  }

  async save(changed: BackfillJob): Promise<void> {
    await this.#state.set(nameOf(changed.guildId, changed.channelId), JSON.stringify(changed));
  }

  /** Oldest request first; with a root, only that channel and its threads. */
  async list(guildId: string, rootId?: string): Promise<BackfillJob[]> {
    const entries = await this.#state.list(`discord/history/${guildId}/`);
    const all = [...entries.values()].map((text) => job.parse(JSON.parse(text)));
    return all
      .filter((each) => rootId === undefined || each.rootId === rootId)
      .sort((a, b) => a.startedAt - b.startedAt);
  }

  async delete(guildId: string, channelId: string): Promise<void> {
    await this.#state.set(nameOf(guildId, channelId), undefined);
  }
}

const nameOf = (guildId: string, channelId: string) => `discord/history/${guildId}/${channelId}`;

const newJob = (guildId: string, channelId: string, rootId: string): BackfillJob => ({
  guildId,
  channelId,
  rootId,
  state: "running",
  before: null,
  threadsListed: channelId !== rootId,
  counts: { messages: 0, added: 0, known: 0, skipped: 0, failed: 0 },
  startedAt: Date.now(),
  finishedAt: null,
});
