import { setTimeout as sleep } from "node:timers/promises";
import type { Catalog, WorkQueue } from "../ports.ts";
import type { DiscordPlacement, ImageRecord } from "../types.ts";
import { DISCORD_ROUTE } from "../work-routes.ts";

const LOOK_EVERY_MS = 300;
const KNOWN_FOR_MS = 3000;

/** Pictures posted on Discord that workers add while this process waits for each of them. */
export class PostsForWorkers {
  readonly #catalog: Pick<Catalog, "posts" | "images">;
  readonly #work: WorkQueue;
  readonly #waiting = new Map<string, number>();
  #gone = new Set<string>();
  #looking: Promise<void> | undefined;
  #served = { until: 0, isServed: false };

  constructor(catalog: Pick<Catalog, "posts" | "images">, work: WorkQueue) {
    this.#catalog = catalog;
    this.#work = work;
  }

  /** Whether a worker lives that fetches posts. */
  async areServed(): Promise<boolean> {
    if (Date.now() > this.#served.until) {
      const isServed = (await this.#work.servedRoutes()).has(DISCORD_ROUTE);
      this.#served = { until: Date.now() + KNOWN_FOR_MS, isServed };
    }
    return this.#served.isServed;
  }

  /**
   * Undefined where no worker lives, or none could add it: it is for the caller to add then. An erasure of the post takes
   * it from the queue too; when the signal aborts, nothing of it is left there.
   */
  async add(placement: DiscordPlacement, signal?: AbortSignal): Promise<ImageRecord | undefined> {
    if (!(await this.areServed())) return undefined;
    signal?.throwIfAborted();
    await this.#work.enqueuePosts([placement]);
    try {
      await this.#untilGone(placement.attachmentId, signal);
    } catch (error) {
      await this.#withdraw(placement);
      throw error;
    }
    const placed = await this.#placed(placement);
    // It still waits when the last worker has ended.
    if (placed === undefined) await this.#withdraw(placement);
    return placed;
  }

  async #placed({ guildId, messageId, attachmentId }: DiscordPlacement): Promise<ImageRecord | undefined> {
    const selector = { guildId, messageIds: [messageId], attachmentIds: [attachmentId] };
    const [placed] = await this.#catalog.posts.placements(selector);
    if (placed === undefined) return undefined;
    const [image] = await this.#catalog.images.byId([placed.id], undefined, "first");
    return image?.record;
  }

  async #withdraw({ messageId, attachmentId }: DiscordPlacement): Promise<void> {
    await this.#work.withdrawPost(messageId, attachmentId);
  }

  async #untilGone(attachmentId: string, signal: AbortSignal | undefined): Promise<void> {
    this.#waiting.set(attachmentId, (this.#waiting.get(attachmentId) ?? 0) + 1);
    try {
      for (;;) {
        await this.#look();
        signal?.throwIfAborted();
        if (this.#gone.has(attachmentId) || !(await this.areServed())) return;
      }
    } finally {
      const others = (this.#waiting.get(attachmentId) ?? 1) - 1;
      if (others > 0) this.#waiting.set(attachmentId, others);
      else this.#waiting.delete(attachmentId);
    }
  }

  /** One question for all that wait. */
  #look(): Promise<void> {
    this.#looking ??= (async () => {
      await sleep(LOOK_EVERY_MS);
      const asked = [...this.#waiting.keys()];
      const still = await this.#work.waitingAttachments(asked);
      this.#gone = new Set(asked.filter((id) => !still.has(id)));
    })().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }
}
