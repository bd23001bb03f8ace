import type { Client, Guild } from "discord.js";
import { LRUCache } from "lru-cache";
import PQueue from "p-queue";
import { memberNow } from "./guild-members.ts";

/** That somebody is not in a server is remembered so long; that they are is looked up each time. */
const REMEMBERED_MS = 600_000;
const LOOKUPS_AT_ONCE = 10;
/** Servers looked through for one person, beside those they are known to be in. */
const MAX_SERVERS = 50;

/**
 * Which servers of the bot somebody is in who asks from outside of them. Without the Server Members intent Discord tells
 * nobody's servers, so each is asked for.
 */
export class SharedServers {
  readonly #absent = new LRUCache<string, true>({ max: 50_000, ttl: REMEMBERED_MS });
  /** Where people were seen, newest last. */
  readonly #seen = new LRUCache<string, ReadonlySet<string>>({ max: 10_000 });
  readonly #lookups = new PQueue({ concurrency: LOOKUPS_AT_ONCE });

  /** They sent an interaction there. */
  noticed(userId: string, guildId: string): void {
    this.#absent.delete(`${guildId}/${userId}`);
    this.#seen.set(userId, new Set([...(this.#seen.get(userId) ?? []), guildId].slice(-MAX_SERVERS)));
  }

  /** Of somebody who erases what is kept of them. */
  forget(userId: string): void {
    this.#seen.delete(userId);
  }

  /** Of these servers, by name. */
  async of(client: Client, userId: string, guildIds: readonly string[]): Promise<Guild[]> {
    const seen = this.#seen.get(userId) ?? new Set();
    const others = guildIds.filter((id) => !seen.has(id) && !this.#absent.has(`${id}/${userId}`));
    const asked = [...guildIds.filter((id) => seen.has(id)), ...others.slice(0, MAX_SERVERS)];
    const found = await Promise.all(
      asked.map((id) => this.#lookups.add(() => this.#ifMember(client, userId, id))),
    );
    return found
      .filter((guild): guild is Guild => guild !== undefined)
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  async #ifMember(client: Client, userId: string, guildId: string): Promise<Guild | undefined> {
    const guild = client.guilds.cache.get(guildId);
    if (!guild?.available) return undefined;
    try {
      if (await memberNow(guild, userId)) {
        this.noticed(userId, guildId);
        return guild;
      }
      this.#absent.set(`${guildId}/${userId}`, true);
      return undefined;
    } catch {
      return undefined;
    }
  }
}
