import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import {
  type EmbeddedImage,
  type Library,
  type QueryTerm,
  vectorFromBase64,
  vectorToBase64,
} from "../../core/index.ts";
import { snowflake } from "../gateway/payloads.ts";
import type { AnswerTexts } from "../texts/english.ts";

const term = z.union([
  z.object({ text: z.string() }),
  z.object({ imageId: z.string() }),
  z.object({
    vector: z.base64(),
    space: z.string(),
    id: z.string().optional(),
    fingerprint: z.base64().optional(),
  }),
]);

export const orders = ["relevance", "newest", "oldest"] as const;
/** To narrow an answer to. */
export const periods = ["1d", "7d", "1m", "1y"] as const;

const dateBound = z.object({ wallClock: z.number(), instant: z.number() });

const savedQuery = z.object({
  kind: z.enum(["find", "duplicates"]),
  guildId: snowflake,
  userId: snowflake,
  terms: z.array(term),
  /** Title for display. Untrusted text. */
  shown: z.string(),
  sort: z.enum(orders).default("relevance"),
  /** Where `since` was chosen among these. */
  period: z.enum(periods).optional(),
  /** Ids of pictures that the viewer does not want to see in this answer. */
  hidden: z.array(z.string()).default([]),
  narrowing: z.object({
    channelId: snowflake.optional(),
    authorId: snowflake.optional(),
    since: dateBound.optional(),
    until: dateBound.optional(),
    caption: z.string().optional(),
  }),
});
export type SavedQuery = z.input<typeof savedQuery> & Pick<z.output<typeof savedQuery>, "sort">;
export type SavedTerm = z.infer<typeof term>;

const KEPT_MS = 24 * 3_600_000;
const keyOf = (id: string) => `discord:question:${id}`;

const MAX_REMEMBERED = { people: 5_000, each: 200 };

/** Queries, stored for a day so that their buttons outlive a restart. Results are never stored. */
export class SavedQueries {
  readonly #settings: Library["settings"];
  /** Ids by asker, since the bot started. */
  readonly #ids = new LRUCache<string, readonly string[]>({ max: MAX_REMEMBERED.people });

  constructor(settings: Library["settings"]) {
    this.#settings = settings;
  }

  async save(query: SavedQuery): Promise<string> {
    const id = randomBytes(12).toString("base64url");
    await this.#settings.set(keyOf(id), query, KEPT_MS);
    this.#ids.set(query.userId, [...(this.#ids.get(query.userId) ?? []), id].slice(-MAX_REMEMBERED.each));
    return id;
  }

  /** Those from before the bot started go by themselves within a day. */
  async erase(userId: string): Promise<void> {
    for (const id of this.#ids.get(userId) ?? []) await this.#settings.delete(keyOf(id));
    this.#ids.delete(userId);
  }

  /** Only for the user who ran it. */
  async load(id: string | undefined, userId: string): Promise<SavedQuery | undefined> {
    if (id === undefined) return undefined;
    const { data } = savedQuery.safeParse(await this.#settings.get(keyOf(id)));
    return data?.userId === userId ? data : undefined;
  }
}

/** A picture that was only shown to the bot: its vector and hashes are kept for a day, the picture is not. */
export const vectorTerm = ({ embedding, space, id, fingerprint }: EmbeddedImage): SavedTerm => ({
  vector: vectorToBase64(embedding),
  space,
  id,
  ...(fingerprint && { fingerprint: Buffer.from(fingerprint).toString("base64") }),
});

/** The words of a query that is nothing else. */
export function questionOf({ kind, terms }: SavedQuery): string | undefined {
  const [only, ...more] = terms;
  return kind === "find" && only && more.length === 0 && "text" in only ? only.text : undefined;
}

/** A title fit for everybody: which picture a query started from, and its file name, stay private to its viewer. */
export const publicTitle = ({ terms, shown }: SavedQuery, { find }: AnswerTexts): string =>
  terms.some((saved) => "imageId" in saved) ? find.moreLikeThis : shown;

export function toQueryTerm(saved: SavedTerm): QueryTerm {
  if ("text" in saved) return { text: saved.text };
  if ("imageId" in saved) return { image: { id: saved.imageId } };
  const { vector, space, id, fingerprint } = saved;
  return {
    image: {
      embedding: vectorFromBase64(vector),
      space,
      id,
      ...(fingerprint !== undefined && { fingerprint: Buffer.from(fingerprint, "base64") }),
    },
  };
}
