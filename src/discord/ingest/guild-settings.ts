import * as z from "zod";
import { type Library, LibraryError } from "../../core/index.ts";
import { snowflake } from "../gateway/payloads.ts";

/** Whom posts of a proxy's webhook count as posted by: the webhook, or the member behind. */
export const proxyAuthors = ["webhook", "member"] as const;

export const tagModes = ["off", "react", "log", "reply"] as const;

const tagRule = z.object({
  mode: z.enum(tagModes),
  labels: z.array(z.string()),
  /** 0..1; absent: the model's own. */
  threshold: z.number().optional(),
  /** Where mode "log" writes. */
  logChannelId: snowflake.optional(),
  /** Point out pictures that were posted before. */
  reposts: z.boolean().default(false),
  /** Only those that were posted at least so long ago. */
  repostAfterHours: z.number().default(0),
});
export type TagRule = z.infer<typeof tagRule>;

/** What happens to a message with a scam picture, besides the alert. */
export const scamActions = ["alert", "delete", "timeout"] as const;

const scamWatch = z.object({
  /** Where alerts go; null: nothing is watched. */
  channelId: snowflake.nullable().default(null),
  action: z.enum(scamActions).default("alert"),
  timeoutMinutes: z.number().default(60),
  /** Also one picture that one member posts in several channels. */
  bursts: z.boolean().default(true),
});
export type ScamWatch = z.infer<typeof scamWatch>;

/** What is done about a picture that looks like one of a rule's labels. */
export const safetyActions = ["flag", "spoiler", "log"] as const;

const safetyRule = z.object({
  labels: z.array(z.string()),
  /** 0..1; absent: the model's own. */
  threshold: z.number().optional(),
  /** Where flags go; null for what is done elsewhere. */
  channelId: snowflake.nullable(),
});
export type SafetyRule = z.infer<typeof safetyRule>;

const guildSettings = z.object({
  /** Indexed channels by id. */
  indexed: z
    .record(snowflake, z.object({ since: z.number(), paused: z.boolean().default(false) }))
    .default({}),
  tagging: z.record(snowflake, tagRule).default({}),
  /** Ids of images that may be posted again without a notice. */
  allowedReposts: z.array(z.string()).default([]),
  /** Keep message text with pictures, for search by caption. */
  captions: z.boolean().default(false),
  /** Take the pictures of links, too. */
  links: z.boolean().default(false),
  /** Take posted stickers, too. */
  stickers: z.boolean().default(false),
  /** Where the bot says what it did. */
  auditChannelId: snowflake.nullable().default(null),
  /** Pictures older than this are erased. */
  retentionDays: z.number().positive().nullable().default(null),
  proxies: z.enum(proxyAuthors).default("webhook"),
  scam: scamWatch.prefault({}),
  safety: z.partialRecord(z.enum(safetyActions), safetyRule).default({}),
});
export type GuildSettings = z.infer<typeof guildSettings>;

/** Whether every posted picture is looked at, wherever the bot can read it. */
export const watchesPosts = ({ scam, safety }: GuildSettings): boolean =>
  scam.channelId !== null || Object.keys(safety).length > 0;

const keyOf = (guildId: string) => `discord:guild:${guildId}`;

/**
 * The settings of each server, cached. Updates of one server are serialized. Where the store cannot be read, `get`
 * throws a LibraryError: nothing is ingested by settings that could not be read, and it is retried.
 */
export class GuildSettingsStore {
  readonly #settings: Library["settings"];
  readonly #cached = new Map<string, GuildSettings>();
  readonly #updates = new Map<string, Promise<unknown>>();

  constructor(settings: Library["settings"]) {
    this.#settings = settings;
  }

  async get(guildId: string): Promise<GuildSettings> {
    const known = this.#cached.get(guildId);
    if (known) return known;
    const stored = guildSettings.parse((await this.#settings.get(keyOf(guildId))) ?? {});
    this.#cached.set(guildId, stored);
    return stored;
  }

  /** Whether captions may be kept. Where the store cannot be read they may not. */
  async keepsCaptions(guildId: string): Promise<boolean> {
    try {
      return (await this.get(guildId)).captions;
    } catch (error) {
      if (error instanceof LibraryError) return false;
      throw error;
    }
  }

  async update(guildId: string, edit: (now: GuildSettings) => GuildSettings): Promise<GuildSettings> {
    const before = this.#updates.get(guildId) ?? Promise.resolve();
    const updated = before.then(async () => {
      const next = guildSettings.parse(edit(await this.get(guildId)));
      await this.#settings.set(keyOf(guildId), next);
      this.#cached.set(guildId, next);
      return next;
    });
    this.#updates.set(
      guildId,
      updated.catch(() => undefined),
    );
    return updated;
  }

  async delete(guildId: string): Promise<void> {
    await this.#updates.get(guildId);
    this.#updates.delete(guildId);
    this.#cached.delete(guildId);
    await this.#settings.delete(keyOf(guildId));
  }
}

const DAY_MS = 86_400_000;

/** Pictures posted before this (ms) are not kept. */
export const retentionCutoff = (retentionDays: number | null): number =>
  retentionDays === null ? 0 : Date.now() - retentionDays * DAY_MS;

export type IndexState = "indexed" | "paused" | "not-indexed";

/** Of a channel, or of a thread by its parent. */
export function indexState(
  settings: GuildSettings,
  channel: { channelId: string; parentId?: string | undefined },
): IndexState {
  const rule = settings.indexed[channel.parentId ?? channel.channelId];
  if (!rule) return "not-indexed";
  return rule.paused ? "paused" : "indexed";
}

export interface CaptionParts {
  readonly settings: Pick<GuildSettingsStore, "keepsCaptions">;
  readonly library: { readonly posts: Pick<Library["posts"], "setCaption"> };
}

/**
 * Call it after writing a caption: the server may have turned captions off meanwhile and erased them all just before
 * this one was written. Where the setting cannot be read, the caption goes too.
 */
export async function dropDisabledCaption(
  { settings, library }: CaptionParts,
  guildId: string,
  messageId: string,
): Promise<void> {
  if (!(await settings.keepsCaptions(guildId))) await library.posts.setCaption(guildId, messageId, undefined);
}
