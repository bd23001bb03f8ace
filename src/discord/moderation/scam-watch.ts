import type { Client } from "discord.js";
import { LRUCache } from "lru-cache";
import { type KnownPicture, type Library, unlessPictureError } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import type { Download } from "../gateway/download.ts";
import type { AuditLog } from "../ingest/audit-log.ts";
import type { GuildSettingsStore } from "../ingest/guild-settings.ts";
import type { LivePicture } from "../ingest/live-messages.ts";
import type { ScamList, ScamPicture } from "../ingest/scam-list.ts";
import type { Log } from "../log.ts";
import {
  type ChannelDirectory,
  permissionChannelId,
  type ReadableChannel,
} from "../permissions/readable-channels.ts";
import { TagLimit } from "../results/tag-limit.ts";
import { actOnScam, type FoundScam, reportMore } from "./act-on-scam.ts";
import { fetchPosted } from "./fetch-posted.ts";

export interface ScamWatchParts {
  readonly client: Client;
  readonly library: Pick<Library, "recognition">;
  readonly settings: GuildSettingsStore;
  readonly scamList: ScamList;
  readonly download: Download;
  readonly directory: ChannelDirectory;
  readonly api: Pick<DiscordApi, "send" | "delete" | "timeOut">;
  readonly audit: AuditLog;
  readonly log: Log;
}

/** One picture in so many channels within so long is a burst. */
const BURST = { channels: 3, withinMs: 120_000 };
/** Of one member, and members in all, whose latest pictures are remembered. */
const MAX_RECENT = 40;
const MAX_MEMBERS = 5_000;
/** Pictures whose fingerprints and thumbnails are remembered. */
const MAX_KNOWN = 500;

interface SeenPicture {
  readonly live: LivePicture;
  readonly channel: ReadableChannel;
}

/**
 * Looks for pictures of a server's list, and for one picture that a member posts in several channels, among all that are posted
 * while the bot runs. What is not on the list leaves nothing behind but two minutes of memory.
 */
export class ScamWatch {
  readonly #parts: ScamWatchParts;
  readonly #alerts = new TagLimit();
  /** By server and member. */
  readonly #recent = new LRUCache<string, readonly SeenPicture[]>({ max: MAX_MEMBERS, ttl: BURST.withinMs });
  readonly #known = new LRUCache<string, KnownPicture>({ max: MAX_KNOWN, ttl: BURST.withinMs });
  /** Messages that something was said of. */
  readonly #told = new LRUCache<string, true>({ max: 5_000 });

  constructor(parts: ScamWatchParts) {
    this.#parts = parts;
  }

  close(): void {
    this.#alerts.close();
  }

  /** Whether something was found, and done about it. */
  async look(channel: ReadableChannel, posted: readonly LivePicture[]): Promise<boolean> {
    const { settings, scamList } = this.#parts;
    const { guildId } = channel;
    const { scam } = await settings.get(guildId);
    // Where alerts are read, in threads too, moderators may show what they speak of.
    if (scam.channelId === null || permissionChannelId(channel) === scam.channelId) return false;
    const pictures = posted.map((live) => ({ live, channel }));
    const list = await scamList.of(guildId);
    const recent = scam.bursts ? this.#remember(pictures) : [];
    for (const seen of pictures) {
      const found = (await this.#onList(seen, list)) ?? (await this.#inBurst(seen, recent));
      if (!found) continue;
      await this.#act(guildId, found);
      return true;
    }
    return false;
  }

  async #onList(seen: SeenPicture, list: readonly ScamPicture[]): Promise<FoundScam | undefined> {
    if (list.length === 0) return undefined;
    const { recognition } = this.#parts.library;
    const picture = await this.#recognise(seen);
    if (!picture) return undefined;
    const candidates = recognition.candidates(picture, list);
    const [first] = candidates;
    if (!first) return undefined;
    if (first.id === picture.id) return { onList: first, posts: [seen] };
    const { guildId } = seen.channel;
    const looks = await Promise.all(candidates.map((each) => this.#parts.scamList.looksOf(guildId, each)));
    const same = await recognition.firstSame(
      await this.#closeUp(seen, picture),
      looks.filter((known) => known !== undefined),
    );
    const onList = candidates.find(({ id }) => id === same?.id);
    return onList && { onList, posts: [seen] };
  }

  /** Nothing is fetched before one member has posted pictures in enough channels. */
  async #inBurst(seen: SeenPicture, recent: readonly SeenPicture[]): Promise<FoundScam | undefined> {
    if (seen.live.picture.byBot || channelsOf(recent).size < BURST.channels) return undefined;
    const { recognition } = this.#parts.library;
    const picture = await this.#recognise(seen);
    if (!picture) return undefined;
    const same: SeenPicture[] = [seen];
    for (const other of recent) {
      if (other.live === seen.live) continue;
      const known = await this.#recognise(other);
      if (!known || recognition.candidates(picture, [known]).length === 0) continue;
      if (known.id === picture.id || (await recognition.firstSame(picture, [known]))) same.push(other);
    }
    return channelsOf(same).size >= BURST.channels ? { onList: undefined, posts: same } : undefined;
  }

  async #act(guildId: string, found: FoundScam): Promise<void> {
    const posts = found.posts.filter(({ live }) => !this.#told.has(live.picture.placement.messageId));
    if (posts.length === 0) return;
    for (const { live } of posts) this.#told.set(live.picture.placement.messageId, true);
    const isToTell = this.#alerts.take(guildId, (left) => void reportMore(this.#parts, guildId, left));
    await actOnScam(this.#parts, guildId, { ...found, posts }, isToTell);
  }

  /** Undefined when it cannot be used. */
  async #recognise({ live: { picture, image } }: SeenPicture): Promise<KnownPicture | undefined> {
    const { recognition } = this.#parts.library;
    const { attachmentId } = picture.placement;
    const known = this.#known.get(attachmentId) ?? (image && (await recognition.stored(image.id)));
    if (known) return known;
    const bytes = await fetchPosted(this.#parts, picture);
    const found = bytes && (await recognition.read(bytes).catch(unlessPictureError));
    if (!found) return undefined;
    const { close: _, ...read } = found;
    this.#known.set(attachmentId, read);
    return read;
  }

  /** With its own bytes, which are not kept. */
  async #closeUp({ live }: SeenPicture, picture: KnownPicture): Promise<KnownPicture> {
    const bytes = await fetchPosted(this.#parts, live.picture);
    return bytes ? { ...picture, close: { id: picture.id, bytes } } : picture;
  }

  /** What this member posted within the time of a burst, these included. */
  #remember(pictures: readonly SeenPicture[]): readonly SeenPicture[] {
    const [first] = pictures;
    if (!first) return [];
    const { guildId, authorId, postedAt } = first.live.picture.placement;
    const key = `${guildId}/${authorId}`;
    const isRecent = ({ live }: SeenPicture) =>
      Math.abs(postedAt - live.picture.placement.postedAt) <= BURST.withinMs;
    const recent = [...(this.#recent.get(key) ?? []).filter(isRecent), ...pictures].slice(-MAX_RECENT);
    this.#recent.set(key, recent);
    return recent;
  }
}

const channelsOf = (pictures: readonly SeenPicture[]): ReadonlySet<string> =>
  new Set(pictures.map(({ channel }) => channel.channelId));
