import { LRUCache } from "lru-cache";
import PQueue from "p-queue";
import type { LivePicture } from "../ingest/live-messages.ts";
import type { ReadableChannel } from "../permissions/readable-channels.ts";
import { SafetyFilters, type SafetyParts } from "./safety-filters.ts";
import { ScamWatch, type ScamWatchParts } from "./scam-watch.ts";

const MAX_WAITING = 1_000;
const AT_ONCE = 2;
const MAX_REMEMBERED = 20_000;

/** What managers have done about pictures as they are posted, while the bot runs. */
export class Moderation {
  readonly #log: ScamWatchParts["log"];
  readonly #scams: ScamWatch;
  readonly #safety: SafetyFilters;
  readonly #work = new PQueue({ concurrency: AT_ONCE });
  /** Pictures of messages that were looked at: edits show them again. */
  readonly #looked = new LRUCache<string, true>({ max: MAX_REMEMBERED });

  constructor(parts: ScamWatchParts & SafetyParts) {
    this.#log = parts.log;
    this.#scams = new ScamWatch(parts);
    this.#safety = new SafetyFilters(parts);
  }

  /** Returns at once. */
  seen(channel: ReadableChannel, pictures: readonly LivePicture[]): void {
    const where = { guildId: channel.guildId, channelId: channel.channelId };
    if (this.#work.size >= MAX_WAITING) {
      this.#log.warn(where, "too many pictures at once, these are not looked at for moderation");
      return;
    }
    const fresh = pictures.filter((live) => this.#isNew(live));
    if (fresh.length === 0) return;
    const work = this.#work.add(async () => {
      const isScam = await this.#scams.look(channel, fresh);
      if (!isScam) await this.#safety.look(channel, fresh);
    });
    work.catch((error: unknown) =>
      this.#log.warn({ ...where, error }, "a picture could not be looked at for moderation"),
    );
  }

  /** What waits is given up. */
  async close(): Promise<void> {
    this.#work.clear();
    this.#scams.close();
    this.#safety.close();
    await this.#work.onIdle();
  }

  #isNew({ picture: { placement } }: LivePicture): boolean {
    const key = `${placement.messageId}/${placement.attachmentId}`;
    const wasLooked = this.#looked.has(key);
    this.#looked.set(key, true);
    return !wasLooked;
  }
}
