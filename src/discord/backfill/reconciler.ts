import { setTimeout as pause } from "node:timers/promises";
import { RESTJSONErrorCodes as ErrorCode } from "discord.js";
import type { DiscordPlacement, Library } from "../../core/index.ts";
import type { DiscordApi } from "../gateway/discord-api.ts";
import {
  compareSnowflakes,
  isLater,
  pictureAttachments,
  type RawMessage,
  timestampOf,
} from "../gateway/payloads.ts";
import { discordErrorCode } from "../gateway/retry.ts";
import type { Erasures } from "../ingest/erasures.ts";
import type { DescribedPost, MessagesAboutPictures } from "../ingest/messages-about-pictures.ts";
import type { PostVerifier } from "../ingest/post-verifier.ts";
import type { Log } from "../log.ts";
import type { ChannelDirectory } from "../permissions/readable-channels.ts";

export interface ReconcilerParts {
  readonly library: Pick<Library, "posts">;
  readonly api: DiscordApi;
  readonly directory: ChannelDirectory;
  readonly erasures: Erasures;
  readonly about: Pick<MessagesAboutPictures, "posts">;
  readonly verifier: PostVerifier;
  readonly seesContent: () => boolean;
  readonly log: Log;
  /** Between two requests; not urgent. Default 5,000. */
  readonly paceMs?: number | undefined;
}

/**
 * Finds deletions that no event reported: pages through history around indexed pictures and checks that their messages
 * still exist.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #stop = new AbortController();
  readonly #sweeping = new Map<string, Promise<void>>();
  /** Servers to sweep again, because more was missed while a sweep was running. */
  readonly #sweepAgain = new Set<string>();

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  start(guildId: string): void {
    if (this.#stop.signal.aborted || !this.#parts.seesContent()) return;
    if (this.#sweeping.has(guildId)) {
      this.#sweepAgain.add(guildId);
      return;
    }
    const work = this.#sweep(guildId)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted)
          this.#parts.log.warn({ guildId, error }, "could not look for deletions");
      })
      .finally(() => {
        this.#sweeping.delete(guildId);
        if (this.#sweepAgain.delete(guildId)) this.start(guildId);
      });
    this.#sweeping.set(guildId, work);
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("the bot is stopping"));
    await Promise.allSettled(this.#sweeping.values());
  }

  async #sweep(guildId: string): Promise<void> {
    const { posts } = this.#parts.library;
    // Posts that are not in the index, but of which the bot wrote something.
    const described = await this.#parts.about.posts(guildId);
    const places = [...(await posts.channels(guildId)), ...described];
    for (const channelId of new Set(places.map((place) => place.channelId))) {
      try {
        const found = (await posts.placements({ guildId, channelId })).map(({ placement }) => placement);
        const known = new Set(found.map(({ messageId }) => messageId));
        const others = described.filter((post) => post.channelId === channelId && !known.has(post.messageId));
        await this.#sweepChannel([...found, ...others.map((post) => asPlacement(guildId, post))]);
      } catch (error) {
        if (this.#stop.signal.aborted) throw error;
        await this.#skipChannel(guildId, channelId, error);
      }
    }
  }

  /** One failing channel must not keep the others from being checked. */
  async #skipChannel(guildId: string, channelId: string, error: unknown): Promise<void> {
    if (discordErrorCode(error) === ErrorCode.UnknownChannel)
      await this.#parts.erasures.eraseChannel(guildId, channelId);
    else this.#parts.log.warn({ guildId, channelId, error }, "could not look for deletions here");
  }

  async #sweepChannel(placements: readonly DiscordPlacement[]): Promise<void> {
    let unsure = placements
      .filter(({ messageId }) => !this.#parts.verifier.hasSeen(messageId))
      .sort((a, b) => compareSnowflakes(b.messageId, a.messageId));
    for (let next = unsure[0]; next; next = unsure[0]) {
      await pause(this.#parts.paceMs ?? 5_000, undefined, { signal: this.#stop.signal });
      const { guildId, channelId, messageId } = next;
      if (!(await this.#parts.directory.readableChannel(guildId, channelId))) return;
      const before = String(BigInt(messageId) + 1n);
      const page = await this.#parts.api.messages(channelId, { before }, this.#stop.signal);
      const oldest = page.at(-1)?.id ?? messageId;
      const covered = unsure.filter((placement) => !isLater(oldest, placement.messageId));
      if (covered.length === 0) return;
      await this.#compare(guildId, covered, new Map(page.map((message) => [message.id, message])));
      unsure = unsure.slice(covered.length);
    }
  }

  /** A message missing from a page is looked up by itself: only an explicit “unknown message” erases. */
  async #compare(
    guildId: string,
    placements: readonly DiscordPlacement[],
    page: ReadonlyMap<string, RawMessage>,
  ): Promise<void> {
    const { api, erasures, verifier } = this.#parts;
    for (const placement of placements) {
      const message = page.get(placement.messageId);
      if (!message) await verifier.verify(placement);
      else if (!verifier.hasSeen(message.id) && !(await api.withholds(message))) {
        const kept = new Set(pictureAttachments(message).map(({ id }) => id));
        await erasures.keepOnlyAttachments(guildId, message.id, kept);
        verifier.markSeen(placement, [message.id]);
      }
    }
  }
}

const asPlacement = (guildId: string, post: DescribedPost): DiscordPlacement => ({
  ...post,
  kind: "discord",
  guildId,
  parentId: undefined,
  filename: "",
  postedAt: timestampOf(post.messageId),
  spoiler: false,
  ageRestricted: false,
  caption: undefined,
});
