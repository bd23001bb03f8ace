import { LRUCache } from "lru-cache";
import PQueue from "p-queue";
import type { DiscordApi } from "../gateway/discord-api.ts";

export interface MembershipParts {
  readonly api: Pick<DiscordApi, "isThreadMember" | "threadMembers">;
  /** Whether Discord tells this bot who joins and leaves threads: it has the Server Members intent. */
  readonly seesMembers: () => boolean;
}

/** Without that intent an answer is remembered so long; what is shown is looked up once more before it is sent. */
const REMEMBERED_MS = 30_000;
const LOOKUPS_AT_ONCE = 10;
const MAX_REMEMBERED = 50_000;

/**
 * Who is in a private thread. With the Server Members intent each thread's members are listed once and kept by the
 * gateway's events; without, each person is looked up, and remembered for a moment.
 */
export class ThreadMembership {
  readonly #parts: MembershipParts;
  readonly #lists = new Map<string, Promise<Set<string>>>();
  readonly #answers = new LRUCache<string, Promise<boolean>>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });
  readonly #lookups = new PQueue({ concurrency: LOOKUPS_AT_ONCE });

  constructor(parts: MembershipParts) {
    this.#parts = parts;
  }

  /** @param isFresh looks it up now, where no event would have told. Rejects when that fails. */
  async isMember(threadId: string, userId: string, isFresh = false): Promise<boolean> {
    if (this.#parts.seesMembers()) return (await this.#membersOf(threadId)).has(userId);
    const key = `${threadId}/${userId}`;
    const known = isFresh ? undefined : this.#answers.get(key);
    if (known) return known;
    const asked = this.#lookups.add(() => this.#parts.api.isThreadMember(threadId, userId));
    this.#answers.set(key, asked);
    asked.catch(() => this.#answers.delete(key));
    return asked;
  }

  async changed(
    threadId: string,
    { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
  ): Promise<void> {
    for (const userId of [...added, ...removed]) this.#answers.delete(`${threadId}/${userId}`);
    const members = await this.#lists.get(threadId)?.catch(() => undefined);
    for (const userId of added) members?.add(userId);
    for (const userId of removed) members?.delete(userId);
  }

  /** Events may have been missed, of one thread or of all. */
  forget(threadId?: string): void {
    this.#answers.clear();
    if (threadId === undefined) this.#lists.clear();
    else this.#lists.delete(threadId);
  }

  #membersOf(threadId: string): Promise<Set<string>> {
    const known = this.#lists.get(threadId);
    if (known) return known;
    const listed = this.#lookups.add(async () => new Set(await this.#parts.api.threadMembers(threadId)));
    this.#lists.set(threadId, listed);
    listed.catch(() => this.#lists.delete(threadId));
    return listed;
  }
}
