import { LRUCache } from "lru-cache";
import type { DiscordPlacement, DiscordSelector, Library, RemoveReport } from "../../core/index.ts";
import { timestampOf } from "../gateway/payloads.ts";
import type {
  DescribedPost,
  MessageAboutPictures,
  MessagesAboutPictures,
} from "./messages-about-pictures.ts";

const MAX_REMEMBERED = 20_000;

/**
 * Erases pictures, also those still being ingested: a message deleted while its picture is queued, fetched or embedded
 * leaves nothing behind. What the bot wrote about them goes too.
 */
export class Erasures {
  readonly #library: Pick<Library, "remove" | "posts">;
  readonly #about: MessagesAboutPictures;
  readonly #inFlight = new Map<AbortController, DiscordPlacement>();
  readonly #queues = new Map<string, Promise<unknown>>();
  /** Deleted messages and channels. Ids are never reused. */
  readonly #erased = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  /** Attachments that remain after an edit, by message. */
  readonly #remaining = new LRUCache<string, ReadonlySet<string>>({ max: MAX_REMEMBERED });

  constructor(library: Pick<Library, "remove" | "posts">, about: MessagesAboutPictures) {
    this.#library = library;
    this.#about = about;
  }

  isErased({ channelId, messageId, attachmentId }: Omit<DescribedPost, "authorId">): boolean {
    const left = this.#remaining.get(messageId);
    if (left && !left.has(attachmentId)) return true;
    return this.#erased.has(`message/${messageId}`) || this.#erased.has(`channel/${channelId}`);
  }

  async eraseMessages(guildId: string, messageIds: readonly string[]): Promise<void> {
    for (const id of messageIds) this.#erased.set(`message/${id}`, true);
    await this.erase({ guildId, messageIds });
  }

  /** After an edit: all other attachments were removed from the message. */
  async keepOnlyAttachments(guildId: string, messageId: string, kept: ReadonlySet<string>): Promise<void> {
    this.#remaining.set(messageId, kept);
    this.#abort((placement) => placement.messageId === messageId && !kept.has(placement.attachmentId));
    await this.#about.removeAbout(guildId, (post) => this.isErased(post), [messageId]);
    const placed = await this.#library.posts.placements({ guildId, messageIds: [messageId] });
    const removed = placed.map(({ placement }) => placement.attachmentId).filter((id) => !kept.has(id));
    if (removed.length === 0) return;
    await this.#library.remove({ discord: { guildId, messageIds: [messageId], attachmentIds: removed } });
  }

  /** A deleted channel or thread. */
  async eraseChannel(guildId: string, channelId: string): Promise<void> {
    this.#erased.set(`channel/${channelId}`, true);
    await this.erase({ guildId, channelId });
  }

  /** Affects what is indexed or in flight now, not what matches the selector later. */
  async erase(selector: DiscordSelector): Promise<RemoveReport> {
    this.#abort((placement) => selects(selector, placement));
    const report = await this.#library.remove({ discord: selector });
    const { guildId, messageIds, postedBefore } = selector;
    // By age, only pictures that were kept leave: of tags alone nothing was promised.
    if (postedBefore !== undefined && report.placements === 0) return report;
    const isGone = (post: DescribedPost) =>
      selects(selector, { ...post, guildId, postedAt: timestampOf(post.messageId) });
    await this.#about.removeAbout(guildId, isGone, messageIds);
    return report;
  }

  /** The bot wrote about posted pictures: it goes with them, at once if one was erased meanwhile. */
  async noteMessage(guildId: string, message: MessageAboutPictures): Promise<void> {
    await this.#about.note(guildId, message);
    if (message.posts.some((post) => this.isErased(post))) await this.#about.remove(guildId, message);
  }

  /**
   * Runs work that adds this placement, and removes it again if it was erased meanwhile. Work on one placement is
   * serialized, so that a removal never hits a later addition.
   */
  async guard<Result>(
    placement: DiscordPlacement,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const key = `${placement.messageId}/${placement.attachmentId}`;
    const task = settled(this.#queues.get(key)).then(() => this.#run(placement, work));
    this.#queues.set(key, task);
    try {
      return await task;
    } finally {
      if (this.#queues.get(key) === task) this.#queues.delete(key);
    }
  }

  async #run<Result>(
    placement: DiscordPlacement,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const controller = new AbortController();
    this.#inFlight.set(controller, placement);
    try {
      return await work(controller.signal);
    } finally {
      this.#inFlight.delete(controller);
      if (controller.signal.aborted || this.isErased(placement)) await this.#remove(placement);
    }
  }

  #abort(concerns: (placement: DiscordPlacement) => boolean): void {
    for (const [controller, placement] of this.#inFlight) {
      if (concerns(placement)) controller.abort(new Error("it was erased meanwhile"));
    }
  }

  async #remove({ guildId, messageId, attachmentId }: DiscordPlacement): Promise<void> {
    const discord = { guildId, messageIds: [messageId], attachmentIds: [attachmentId] };
    await this.#library.remove({ discord });
  }
}

const settled = async (work: Promise<unknown> | undefined): Promise<void> => {
  await Promise.allSettled([work]);
};

type Selectable = Pick<DiscordPlacement, "guildId" | "postedAt"> & DescribedPost;

function selects(selector: DiscordSelector, placement: Selectable): boolean {
  const { guildId, channelId, messageIds, attachmentIds, authorId, postedBefore } = selector;
  return (
    placement.guildId === guildId &&
    (channelId === undefined || placement.channelId === channelId) &&
    (messageIds === undefined || messageIds.includes(placement.messageId)) &&
    (attachmentIds === undefined || attachmentIds.includes(placement.attachmentId)) &&
    (authorId === undefined || placement.authorId === authorId) &&
    (postedBefore === undefined || placement.postedAt < postedBefore)
  );
}
