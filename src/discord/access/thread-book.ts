import { z } from "zod";
import type { Library } from "../../core/index.ts";
import { RecentMap } from "../recent-map.ts";
import { snowflake } from "../snowflake.ts";

const note = z.object({ parentId: snowflake, isPrivate: z.boolean() });
export type ThreadNote = z.infer<typeof note>;

const MAX_REMEMBERED = 5_000;

/**
 * Which channel a thread belongs to and whether it is private: neither ever changes. discord.js forgets archived
 * threads after some hours; pictures in them are still found.
 */
export class ThreadBook {
  readonly #cursors: Library["cursors"];
  readonly #recent = new RecentMap<string, ThreadNote>(MAX_REMEMBERED);

  constructor(cursors: Library["cursors"]) {
    this.#cursors = cursors;
  }

  async get(guildId: string, threadId: string): Promise<ThreadNote | undefined> {
    const recent = this.#recent.get(threadId);
    if (recent) return recent;
    const text = await this.#cursors.cursor(nameOf(guildId, threadId));
    if (text === undefined) return undefined;
    const thread = note.parse(JSON.parse(text));
    this.#recent.set(threadId, thread);
    return thread;
  }

  async put(guildId: string, threadId: string, thread: ThreadNote): Promise<void> {
    if (this.#recent.has(threadId)) return;
    await this.#cursors.setCursor(nameOf(guildId, threadId), JSON.stringify(thread));
    this.#recent.set(threadId, thread);
  }
}

const nameOf = (guildId: string, threadId: string) => `discord/thread/${guildId}/${threadId}`;
