import { type Client, RESTJSONErrorCodes as ErrorCode, type Guild } from "discord.js";
import type { DiscordApi } from "../gateway/discord-api.ts";
import { discordErrorCode } from "../gateway/retry.ts";
import type { Erasures } from "../ingest/erasures.ts";
import type { LivePicture } from "../ingest/live-messages.ts";
import type { SavedSearch, SavedSearches } from "../ingest/saved-searches.ts";
import type { Log } from "../log.ts";
import { quoted } from "../message-text.ts";
import { readersCanRead } from "../permissions/audience.ts";
import { createViewer } from "../permissions/channel-directory.ts";
import { memberNow } from "../permissions/guild-members.ts";
import {
  canReadAll,
  channelsReadableBy,
  type ReadableChannel,
  type Viewer,
} from "../permissions/readable-channels.ts";
import { RateLimit } from "../rate-limit.ts";
import { answersIn } from "../texts/languages.ts";
import { button } from "./answer-controls.ts";
import { customId } from "./custom-id.ts";
import { type FindParts, findPage, type ResultsPage, type VisibleHit } from "./find-page.ts";
import { publicPage } from "./public-page.ts";
import { resultsMessage } from "./results-message.ts";
import type { SavedQuery } from "./saved-queries.ts";

export interface NoticeParts extends FindParts {
  readonly client: Client;
  readonly api: Pick<DiscordApi, "send" | "directChannel">;
  readonly savedSearches: SavedSearches;
  readonly erasures: Erasures;
  readonly log: Log;
}

export interface NoticeTimes {
  /** Pictures posted within it come in one notice. */
  readonly gatherMs: number;
  /** Between two notices of one search; what comes meanwhile is told then. */
  readonly betweenMs: number;
}

const times: NoticeTimes = { gatherMs: 15_000, betweenMs: 600_000 };
const DAY_MS = 86_400_000;
/** Notices of one member, and of one server. */
const PER_MEMBER = { burst: 30, perMs: DAY_MS };
const PER_GUILD = { burst: 120, perMs: 3_600_000 };
/** Pictures of one search that wait to be told. */
const MAX_WAITING = 100;

/** What keeps a notice from being delivered for as long as nobody changes something. */
const UNDELIVERABLE: ReadonlySet<number | undefined> = new Set([
  ErrorCode.CannotSendMessagesToThisUser,
  ErrorCode.UnknownChannel,
  ErrorCode.MissingAccess,
  ErrorCode.MissingPermissions,
  ErrorCode.ThreadLocked,
]);

/** Tells members of new pictures that fit what they saved, as far as they may see them at that moment. */
export class SavedNotices {
  readonly #parts: NoticeParts;
  readonly #times: NoticeTimes;
  /** By search: ids of pictures that were posted since it was last looked at. */
  readonly #waiting = new Map<string, Set<string>>();
  readonly #toldAt = new Map<string, number>();
  /** By server. */
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #perMember = new RateLimit(PER_MEMBER);
  readonly #perGuild = new RateLimit(PER_GUILD);
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: NoticeParts, noticeTimes: NoticeTimes = times) {
    this.#parts = parts;
    this.#times = noticeTimes;
  }

  /** Call it with pictures just posted and indexed. */
  async posted(
    { guildId }: Pick<ReadableChannel, "guildId">,
    pictures: readonly LivePicture[],
  ): Promise<void> {
    const searches = await this.#parts.savedSearches.of(guildId);
    for (const { image, picture } of pictures)
      for (const search of searches) {
        if (!image || search.isStopped || picture.placement.authorId === search.userId) continue;
        const ids = this.#waiting.get(search.id) ?? new Set();
        if (ids.size < MAX_WAITING) this.#waiting.set(search.id, ids.add(image.id));
      }
    if (searches.some(({ id }) => this.#waiting.has(id))) this.#lookIn(guildId, this.#times.gatherMs);
  }

  /** What waits is not told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#work;
  }

  #lookIn(guildId: string, ms: number): void {
    if (this.#isClosed || this.#timers.has(guildId)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(guildId);
      this.#work = this.#work.then(() => this.#look(guildId));
    }, ms);
    timer.unref();
    this.#timers.set(guildId, timer);
  }

  async #look(guildId: string): Promise<void> {
    const { savedSearches, log } = this.#parts;
    let later = Number.POSITIVE_INFINITY;
    try {
      for (const search of await savedSearches.of(guildId)) {
        const ids = this.#waiting.get(search.id);
        if (!ids || this.#isClosed) continue;
        const wait = (this.#toldAt.get(search.id) ?? 0) + this.#times.betweenMs - Date.now();
        if (wait > 0) {
          later = Math.min(later, wait);
          continue;
        }
        this.#waiting.delete(search.id);
        if (await this.#tell(search, [...ids])) later = Math.min(later, this.#times.betweenMs);
      }
    } catch (error) {
      log.warn({ guildId, error }, "new pictures could not be compared with saved searches");
    }
    if (later < Number.POSITIVE_INFINITY) this.#lookIn(guildId, later);
  }

  /** Whether some are left to tell next time. */
  async #tell(search: SavedSearch, ids: readonly string[]): Promise<boolean> {
    const { savedSearches, log } = this.#parts;
    const { guildId, userId, threadId } = search;
    try {
      const left = await this.#notify(search, ids);
      if (left.length > 0)
        this.#waiting.set(search.id, new Set([...left, ...(this.#waiting.get(search.id) ?? [])]));
      return left.length > 0;
    } catch (error) {
      if (UNDELIVERABLE.has(discordErrorCode(error))) await savedSearches.stop(search);
      log.info({ guildId, userId, threadId, error }, "a notice of new pictures could not be sent");
      return false;
    }
  }

  /** Returns those that did not have room, if all that had fit well. */
  async #notify(search: SavedSearch, ids: readonly string[]): Promise<readonly string[]> {
    const { client, savedSearches, api, erasures } = this.#parts;
    const { guildId, userId, threadId } = search;
    const guild = client.guilds.cache.get(guildId);
    if (!guild?.available || !(await savedSearches.has(search))) return [];
    const viewer = await this.#viewer(guild, search);
    if (!viewer) return [];
    const { page: found, left } = await this.#fitting(viewer, search, ids);
    if (found.hits.length === 0) return left;
    if (this.#perMember.take(userId) > 0 || this.#perGuild.take(guildId) > 0) return [];
    const texts = answersIn(threadId === null ? search.locale : guild.preferredLocale);
    const title = `**${quoted(search.words, 150)}**`;
    const head =
      threadId === null
        ? texts.saved.newIn(title, quoted(guild.name, 100))
        : texts.saved.newFor(title, `<@${userId}>`);
    const stop = button(texts.saved.stop, customId("unsave", guildId, userId, search.id));
    const { files, ...body } = await resultsMessage(found, {
      title: search.words,
      texts,
      notice: { head, button: stop },
    });
    const channelId = threadId ?? (await api.directChannel(userId));
    if (!(await this.#mayStillBeShown(guild, search, found))) return [];
    const posts = found.hits.map(({ placement }) => placement);
    const messageId = await api.send(channelId, body, { files, mentions: threadId === null ? [] : [userId] });
    this.#toldAt.set(search.id, Date.now());
    await erasures.noteMessage(guildId, { channelId, messageId, by: userId, posts });
    return left;
  }

  /** The member as they are now; undefined where nothing can be told them. Who left is forgotten. */
  async #viewer(guild: Guild, search: SavedSearch): Promise<Viewer | undefined> {
    const { savedSearches, directory } = this.#parts;
    const member = await memberNow(guild, search.userId);
    if (!member) {
      await savedSearches.remove(search);
      return undefined;
    }
    const viewer = createViewer(member, null);
    if (search.threadId === null) return viewer;
    const reading = { ...viewer, seesAgeRestricted: true };
    const [thread] = await channelsReadableBy(reading, [search.threadId], directory);
    return thread && { ...viewer, seesAgeRestricted: thread.ageRestricted };
  }

  /** Of these pictures those that fit well, which the member did not post; in a thread, which all of its readers may see. */
  async #fitting(
    viewer: Viewer,
    search: SavedSearch,
    ids: readonly string[],
  ): Promise<{ readonly page: ResultsPage; readonly left: readonly string[] }> {
    const query: SavedQuery = {
      kind: "find",
      guildId: search.guildId,
      userId: search.userId,
      terms: [{ text: search.words }],
      shown: search.words,
      sort: "relevance",
      narrowing: {},
    };
    const found = await findPage(this.#parts, viewer, query, 0, ids);
    const good = found.hits.filter(
      ({ hit, placement }) => hit.fit === "good" && placement.authorId !== search.userId,
    );
    const numbered = good.map((shown, at) => ({ ...shown, hit: { ...shown.hit, rank: at + 1 } }));
    const page = { ...found, hits: numbered, hasNext: false };
    const looked = new Set(found.hits.flatMap(({ hit }) => [hit.id, ...hit.alike]));
    const isFull = found.hasNext && found.hits.at(-1)?.hit.fit === "good";
    const left = isFull ? ids.filter((id) => !looked.has(id)) : [];
    if (search.threadId === null || numbered.length === 0) return { page, left };
    const open = await this.#openIn(search, numbered);
    return { page: await publicPage(this.#parts.verifier, page, open), left };
  }

  /** Channels of these pictures that everybody can read who reads the thread. */
  async #openIn(
    { guildId, threadId }: SavedSearch,
    hits: readonly VisibleHit[],
  ): Promise<ReadonlySet<string>> {
    const open = new Set<string>();
    const posted = hits.flatMap(({ hit }) =>
      hit.placements.flatMap((placement) => (placement.kind === "discord" ? [placement.channelId] : [])),
    );
    for (const sourceId of new Set(posted)) {
      const places = { audienceId: threadId ?? "", sourceId };
      if (await readersCanRead(this.#parts, guildId, places)) open.add(sourceId);
    }
    return open;
  }

  /** Rights may have changed, and pictures gone, while the message was put together. */
  async #mayStillBeShown(guild: Guild, search: SavedSearch, { basis, hits }: ResultsPage): Promise<boolean> {
    const { directory, erasures, savedSearches } = this.#parts;
    const viewer = await this.#viewer(guild, search);
    if (!viewer || !(await savedSearches.has(search))) return false;
    const channelIds = [...new Set(hits.map(({ placement }) => placement.channelId))];
    const seen = { channelIds, seesAgeRestricted: basis.seesAgeRestricted };
    if (!(await canReadAll(viewer, seen, directory, channelIds))) return false;
    if (hits.some(({ placement }) => erasures.isErased(placement))) return false;
    if (search.threadId === null) return true;
    const open = await this.#openIn(search, hits);
    return channelIds.every((id) => open.has(id));
  }
}
