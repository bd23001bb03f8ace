import { LRUCache } from "lru-cache";
import * as z from "zod";
import type { KnownPicture, Library } from "../../core/index.ts";
import { snowflake } from "../gateway/payloads.ts";

const entry = z.object({
  /** Of the picture. */
  id: z.string(),
  fingerprint: z.base64(),
  /** Who put it on the list; null once they had that erased. */
  markedBy: snowflake.nullable(),
  markedAt: z.number(),
});

const looks = z.object({
  thumbnail: z.base64(),
  width: z.number(),
  height: z.number(),
  isCut: z.boolean().optional(),
  close: z.object({ id: z.string(), bytes: z.base64() }).optional(),
});

/** A picture that moderators put on their server's list. Who posted it is not kept. */
export interface ScamPicture {
  readonly id: string;
  readonly fingerprint: Uint8Array;
  readonly markedBy: string | null;
  readonly markedAt: number;
}

/** Pictures on the list of one server. */
export const MAX_SCAM_PICTURES = 200;
/** Servers whose lists are in memory, some kilobytes each; reread now and then, as another process may have changed them. */
const CACHE = { max: 500, ttl: 300_000 };

/** The known scam pictures of each server, kept in the library until they are taken off or the bot leaves. */
export class ScamList {
  readonly #state: Library["state"];
  readonly #cached = new LRUCache<string, readonly ScamPicture[]>(CACHE);

  constructor(state: Library["state"]) {
    this.#state = state;
  }

  /** Newest first. */
  async of(guildId: string): Promise<readonly ScamPicture[]> {
    const known = this.#cached.get(guildId);
    if (known) return known;
    const stored = await this.#state.list(`discord/scam/${guildId}/`);
    const list = [...stored.values()].map((text) => {
      const { fingerprint, ...rest } = entry.parse(JSON.parse(text));
      return { ...rest, fingerprint: Buffer.from(fingerprint, "base64") };
    });
    list.sort((a, b) => b.markedAt - a.markedAt || (a.id < b.id ? -1 : 1));
    this.#cached.set(guildId, list);
    return list;
  }

  /** Undefined once it was taken off. */
  async looksOf(guildId: string, { id, fingerprint }: ScamPicture): Promise<KnownPicture | undefined> {
    const text = await this.#state.get(looksName(guildId, id));
    if (text === undefined) return undefined;
    const { thumbnail, close, ...rest } = looks.parse(JSON.parse(text));
    return {
      ...rest,
      id,
      fingerprint,
      thumbnail: Buffer.from(thumbnail, "base64"),
      close: close && { ...close, bytes: Buffer.from(close.bytes, "base64") },
    };
  }

  async put(guildId: string, picture: KnownPicture, markedBy: string): Promise<void> {
    const { id, fingerprint, thumbnail, close, width, height, isCut } = picture;
    const kept = {
      width,
      height,
      isCut,
      thumbnail: base64(thumbnail),
      close: close && { ...close, bytes: base64(close.bytes) },
    };
    await this.#state.set(looksName(guildId, id), JSON.stringify(kept));
    await this.#write(guildId, { id, fingerprint, markedBy, markedAt: Date.now() });
  }

  async remove(guildId: string, id: string): Promise<boolean> {
    const isThere = (await this.#state.get(entryName(guildId, id))) !== undefined;
    await this.#state.erase([entryName(guildId, id), looksName(guildId, id)]);
    this.#cached.delete(guildId);
    return isThere;
  }

  /** The bot left. */
  async erase(guildId: string): Promise<void> {
    for (const { id } of await this.of(guildId)) await this.remove(guildId, id);
  }

  /** In all servers, newest first. */
  async markedBy(userId: string): Promise<{ guildId: string; picture: ScamPicture }[]> {
    const found = [];
    for (const guildId of await this.servers())
      for (const picture of await this.of(guildId))
        if (picture.markedBy === userId) found.push({ guildId, picture });
    return found;
  }

  /** The pictures stay, which are their servers'. */
  async forget(userId: string): Promise<void> {
    for (const { guildId, picture } of await this.markedBy(userId))
      await this.#write(guildId, { ...picture, markedBy: null });
  }

  /** Those with a list. */
  async servers(): Promise<string[]> {
    const names = [...(await this.#state.list("discord/scam/")).keys()];
    return [...new Set(names.map((name) => name.split("/")[2] ?? ""))];
  }

  async #write(guildId: string, { fingerprint, ...rest }: ScamPicture): Promise<void> {
    const text = JSON.stringify({ ...rest, fingerprint: base64(fingerprint) });
    await this.#state.set(entryName(guildId, rest.id), text);
    this.#cached.delete(guildId);
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const entryName = (guildId: string, id: string) => `discord/scam/${guildId}/${id}`;
const looksName = (guildId: string, id: string) => `discord/scam-looks/${guildId}/${id}`;
