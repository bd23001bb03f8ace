import { LRUCache } from "lru-cache";
import * as z from "zod";
import type { Library } from "../../core/index.ts";
import { snowflake } from "../gateway/payloads.ts";

const threadParent = z.object({ parentId: snowflake, isPrivate: z.boolean() });
export type ThreadParent = z.infer<typeof threadParent>;

const MAX_CACHED = 5_000;

/**
 * The parent channel of each thread and whether it is private; neither ever changes. Kept in the library because
 * discord.js evicts archived threads, whose pictures stay searchable.
 */
export class ThreadParents {
  readonly #state: Library["state"];
  readonly #recent = new LRUCache<string, ThreadParent>({ max: MAX_CACHED });

  constructor(state: Library["state"]) {
    this.#state = state;
  }

  async get(guildId: string, threadId: string): Promise<ThreadParent | undefined> {
    const recent = this.#recent.get(threadId);
    if (recent) return recent;
    const text = await this.#state.get(nameOf(guildId, threadId));
    if (text === undefined) return undefined;
    const thread = threadParent.parse(JSON.parse(text));
    this.#recent.set(threadId, thread);
    return thread;
  }

  async set(guildId: string, threadId: string, thread: ThreadParent): Promise<void> {
    if (this.#recent.has(threadId)) return;
    await this.#state.set(nameOf(guildId, threadId), JSON.stringify(thread));
    this.#recent.set(threadId, thread);
  }
}

const nameOf = (guildId: string, threadId: string) => `discord/thread/${guildId}/${threadId}`;
