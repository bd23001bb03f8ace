import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import type { Library } from "../../core/index.ts";
import { snowflake } from "../gateway/payloads.ts";

const savedSearch = z.object({
  id: z.string(),
  guildId: snowflake,
  userId: snowflake,
  /** The words that were asked for. Untrusted text. */
  words: z.string(),
  /** The thread where notices are written; null: they come as direct messages. */
  threadId: snowflake.nullable(),
  /** Of the member's Discord, for direct messages. */
  locale: z.string(),
  savedAt: z.number(),
  /** A notice could not be delivered: no more are tried. */
  isStopped: z.boolean().default(false),
});
export type SavedSearch = z.infer<typeof savedSearch>;

/** Of one member in one server, and in a server in all. */
export const MAX_SAVED = { perMember: 10, perGuild: 300 };
/** Servers whose searches are in memory; reread now and then, as another process may have changed them. */
const CACHE = { max: 1_000, ttl: 300_000 };

/** Questions that members keep in order to be told of new pictures, until they or the server or the bot's stay end them. */
export class SavedSearches {
  readonly #state: Library["state"];
  readonly #cached = new LRUCache<string, readonly SavedSearch[]>(CACHE);

  constructor(state: Library["state"]) {
    this.#state = state;
  }

  /** Oldest first. */
  async of(guildId: string): Promise<readonly SavedSearch[]> {
    const known = this.#cached.get(guildId);
    if (known) return known;
    const stored = await this.#list(`${FOLDER}${guildId}/`);
    this.#cached.set(guildId, stored);
    return stored;
  }

  async add(search: Omit<SavedSearch, "id" | "savedAt" | "isStopped">): Promise<SavedSearch> {
    const id = randomBytes(9).toString("base64url");
    const added: SavedSearch = { ...search, id, savedAt: Date.now(), isStopped: false };
    await this.#write(added);
    return added;
  }

  async stop(search: SavedSearch): Promise<void> {
    // Taken back meanwhile, it must not come again.
    if ((await this.#state.get(nameOf(search))) !== undefined)
      await this.#write({ ...search, isStopped: true });
  }

  /** Whether the member still has it. */
  async has(search: SavedSearch): Promise<boolean> {
    return (await this.#state.get(nameOf(search))) !== undefined;
  }

  async remove(search: Pick<SavedSearch, "guildId" | "userId" | "id">): Promise<void> {
    await this.#state.erase([nameOf(search)]);
    this.#cached.delete(search.guildId);
  }

  /** In all servers. */
  async byMember(userId: string): Promise<SavedSearch[]> {
    return (await this.#list(FOLDER)).filter((search) => search.userId === userId);
  }

  async eraseMember(userId: string): Promise<void> {
    for (const search of await this.byMember(userId)) await this.remove(search);
  }

  /** The bot left. */
  async eraseGuild(guildId: string): Promise<void> {
    for (const search of await this.#list(`${FOLDER}${guildId}/`)) await this.remove(search);
  }

  /** Those with any. */
  async servers(): Promise<string[]> {
    return [...new Set((await this.#list(FOLDER)).map(({ guildId }) => guildId))];
  }

  async #list(prefix: string): Promise<SavedSearch[]> {
    const stored = await this.#state.list(prefix);
    const all = [...stored.values()].map((text) => savedSearch.parse(JSON.parse(text)));
    return all.sort((a, b) => a.savedAt - b.savedAt || (a.id < b.id ? -1 : 1));
  }

  async #write(search: SavedSearch): Promise<void> {
    await this.#state.set(nameOf(search), JSON.stringify(search));
    this.#cached.delete(search.guildId);
  }
}

const FOLDER = "discord/saved/";

const nameOf = ({ guildId, userId, id }: Pick<SavedSearch, "guildId" | "userId" | "id">): string =>
  `${FOLDER}${guildId}/${userId}/${id}`;
