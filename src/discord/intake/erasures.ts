import type { DiscordPlacement, DiscordSelector, Library, RemoveReport } from "../../core/index.ts";
import { RecentMap } from "../recent-map.ts";

const REMEMBERED = 20_000;

/**
 * Erasing that also reaches pictures on their way in. A message deleted while its picture is waiting, being
 * fetched or being embedded is gone afterwards all the same.
 */
export class Erasures {
  readonly #library: Pick<Library, "remove" | "posted">;
  readonly #underway = new Map<AbortController, DiscordPlacement>();
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Deleted messages and channels; ids that can never come back. */
  readonly #gone = new RecentMap<string, true>(REMEMBERED);
  /** What an edit left of a message's attachments. */
  readonly #left = new RecentMap<string, ReadonlySet<string>>(REMEMBERED);

  constructor(library: Pick<Library, "remove" | "posted">) {
    this.#library = library;
  }

  isGone({ channelId, messageId, attachmentId }: DiscordPlacement): boolean {
    const left = this.#left.get(messageId);
    if (left && !left.has(attachmentId)) return true;
    return this.#gone.has(`message/${messageId}`) || this.#gone.has(`channel/${channelId}`);
  }

  async messages(guildId: string, messageIds: readonly string[]): Promise<void> {
    for (const id of messageIds) this.#gone.set(`message/${id}`, true);
    await this.erase({ guildId, messageIds });
  }

  /** An edit: other attachments than these are no longer part of the message. */
  async attachmentsBut(guildId: string, messageId: string, kept: ReadonlySet<string>): Promise<void> {
    this.#left.set(messageId, kept);
    this.#abort((placement) => placement.messageId === messageId && !kept.has(placement.attachmentId));
    const placed = await this.#library.posted.discordPlacements({ guildId, messageIds: [messageId] });
    const removed = placed.map(({ placement }) => placement.attachmentId).filter((id) => !kept.has(id));
    if (removed.length === 0) return;
    await this.#library.remove({ discord: { guildId, messageIds: [messageId], attachmentIds: removed } });
  }

  /** A deleted channel or thread. */
  async channel(guildId: string, channelId: string): Promise<void> {
    this.#gone.set(`channel/${channelId}`, true);
    await this.erase({ guildId, channelId });
  }

  /** What is placed or underway now; the same selection may be taken again later. */
  erase(selector: DiscordSelector): Promise<RemoveReport> {
    this.#abort((placement) => selects(selector, placement));
    return this.#library.remove({ discord: selector });
  }

  /**
   * Runs work that puts this placement in; when it was erased meanwhile, takes it out again. Work on one placement
   * takes turns, so that taking out never meets a later putting in.
   */
  async guard<Result>(
    placement: DiscordPlacement,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const key = `${placement.messageId}/${placement.attachmentId}`;
    const turn = settled(this.#turns.get(key)).then(() => this.#run(placement, work));
    this.#turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    }
  }

  async #run<Result>(
    placement: DiscordPlacement,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const controller = new AbortController();
    this.#underway.set(controller, placement);
    try {
      return await work(controller.signal);
    } finally {
      this.#underway.delete(controller);
      if (controller.signal.aborted || this.isGone(placement)) await this.#takeOut(placement);
    }
  }

  #abort(concerns: (placement: DiscordPlacement) => boolean): void {
    for (const [controller, placement] of this.#underway) {
      if (concerns(placement)) controller.abort(new Error("it was erased meanwhile"));
    }
  }

  async #takeOut({ guildId, messageId, attachmentId }: DiscordPlacement): Promise<void> {
    const discord = { guildId, messageIds: [messageId], attachmentIds: [attachmentId] };
    await this.#library.remove({ discord });
  }
}

const settled = async (work: Promise<unknown> | undefined): Promise<void> => {
  await Promise.allSettled([work]);
};

function selects(selector: DiscordSelector, placement: DiscordPlacement): boolean {
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
