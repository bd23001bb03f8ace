import { z } from "zod";
import type { Library } from "../../core/index.ts";
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
  readonly #recent = new Map<string, ThreadNote>();

  constructor(cursors: Library["cursors"]) {
    this.#cursors = cursors;
  }

  async get(guildId: string, threadId: string): Promise<ThreadNote | undefined> {
    const recent = this.#recent.get(threadId);
    if (recent) return recent;
    const text = await this.#cursors.cursor(nameOf(guildId, threadId));
    if (text === undefined) return undefined;
    return this.#remember(threadId, note.parse(JSON.parse(text)));
  }

  async put(guildId: string, threadId: string, thread: ThreadNote): Promise<void> {
    if (this.#recent.has(threadId)) return;
    await this.#cursors.setCursor(nameOf(guildId, threadId), JSON.stringify(thread));
    this.#remember(threadId, thread);
  }

  #remember(threadId: string, thread: ThreadNote): ThreadNote {
    const oldest = this.#recent.keys().next();
    if (this.#recent.size >= MAX_REMEMBERED && !oldest.done) this.#recent.delete(oldest.value);
    this.#recent.set(threadId, thread);
    return thread;
  }
}

const nameOf = (guildId: string, threadId: string) => `discord/thread/${guildId}/${threadId}`;
