import { type ImageRecord, type Library, messageOf, PictureError } from "../../core/index.ts";
import { downloadLimits } from "../gateway/download.ts";
import type { Log } from "../log.ts";
import type { Erasures } from "./erasures.ts";
import { type FetchParts, fetchPicture } from "./fetch-picture.ts";
import {
  dropDisabledCaption,
  type GuildSettings,
  type GuildSettingsStore,
  indexState,
  retentionCutoff,
} from "./guild-settings.ts";
import type { PostedPicture } from "./posted-pictures.ts";
import type { PrivacyStore } from "./privacy-store.ts";
import { type Priority, TurnQueue } from "./turn-queue.ts";

export interface IngestorParts extends FetchParts {
  readonly library: Pick<Library, "addPosted" | "letWorkersAdd" | "postsAreShared" | "posts" | "model">;
  readonly settings: GuildSettingsStore;
  readonly privacy: PrivacyStore;
  readonly erasures: Erasures;
  readonly log: Log;
}

/** Only "failed" is worth a retry. */
export type IngestResult =
  | { readonly kind: "added" | "known"; readonly image: ImageRecord }
  | { readonly kind: "already-indexed" }
  | { readonly kind: "unwanted" }
  | { readonly kind: "skipped"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

const TRANSIENT_REASONS = new Set(["timeout", "changed-while-reading", "failed"]);
/** Pictures that workers are asked for and that this process only waits for. */
const SHARED_AT_ONCE = 64;

/** Downloads pictures and adds them to the library, in turns. */
export class PictureIngestor {
  readonly #parts: IngestorParts;
  readonly #queue: TurnQueue;
  readonly #stop = new AbortController();

  constructor(parts: IngestorParts) {
    this.#parts = parts;
    this.#queue = new TurnQueue(this.#ownConcurrency);
  }

  get #ownConcurrency(): number {
    return Math.min(8, this.#parts.library.model.concurrency + 2);
  }

  get pending(): number {
    return this.#queue.count();
  }

  /** Of one server. */
  pendingOf(guildId: string): number {
    return this.#queue.count(guildId);
  }

  /** Results in the order given. Pictures that are indexed already are not downloaded again. */
  async ingest(pictures: readonly PostedPicture[], priority: Priority): Promise<IngestResult[]> {
    if (pictures.length === 0) return [];
    const before = await this.#findKnown(pictures);
    const isShared = await this.#parts.library.postsAreShared();
    this.#queue.concurrency = isShared ? SHARED_AT_ONCE : this.#ownConcurrency;
    return Promise.all(
      pictures.map((picture) => {
        const { guildId, channelId } = picture.placement;
        const turn = { guildId, channelId, priority };
        return before.get(picture) ?? this.#queue.add(turn, () => this.#ingestOne(picture));
      }),
    );
  }

  /** Lets pictures in progress finish. Queued ones fail, so that no mark passes them and they are read again next time. */
  stop(): Promise<void> {
    this.#stop.abort(new Error("the bot is stopping"));
    return this.#queue.onIdle();
  }

  async #ingestOne(picture: PostedPicture): Promise<IngestResult> {
    this.#stop.signal.throwIfAborted();
    try {
      return await this.#parts.erasures.guard(picture.placement, (signal) =>
        this.#fetchAndAdd(picture, signal),
      );
    } catch (error) {
      if (this.#parts.erasures.isErased(picture.placement)) return { kind: "unwanted" };
      const reason = messageOf(error);
      const lasting = error instanceof PictureError && !TRANSIENT_REASONS.has(error.code);
      const { guildId, channelId, messageId } = picture.placement;
      this.#parts.log.warn({ guildId, channelId, messageId, error }, "a picture could not be ingested");
      return { kind: lasting ? "skipped" : "failed", reason };
    }
  }

  async #fetchAndAdd(picture: PostedPicture, signal: AbortSignal): Promise<IngestResult> {
    const { placement } = picture;
    const added = (await this.#letWorkersAdd(picture, signal)) ?? (await this.#addHere(picture, signal));
    if (!added) return { kind: "unwanted" };
    // Said in another server, which another process may serve.
    if (!(await this.#parts.privacy.allows(placement.authorId, placement.postedAt))) {
      const { guildId, attachmentId, messageId } = placement;
      await this.#parts.erasures.erase({ guildId, messageIds: [messageId], attachmentIds: [attachmentId] });
      return { kind: "unwanted" };
    }
    if (added.hasCaption) await dropDisabledCaption(this.#parts, placement.guildId, placement.messageId);
    return { kind: added.isNew ? "added" : "known", image: added.image };
  }

  /** Undefined where no worker lives, none could add it, or it is not wanted. */
  async #letWorkersAdd(picture: PostedPicture, signal: AbortSignal): Promise<Added | undefined> {
    const { library } = this.#parts;
    if (!(await library.postsAreShared())) return undefined;
    const settings = await this.#settingsAllowing(picture);
    if (!settings) return undefined;
    const placement = asKept(picture, settings);
    const image = await library.letWorkersAdd(placement, signal);
    return image && { image, isNew: true, hasCaption: placement.caption !== undefined };
  }

  /** Undefined when it is not wanted, or no longer posted. */
  async #addHere(picture: PostedPicture, signal: AbortSignal): Promise<Added | undefined> {
    if (!(await this.#settingsAllowing(picture))) return undefined;
    if (picture.bytes > downloadLimits.maxBytes)
      throw new PictureError("too-many-bytes", `it is larger than ${downloadLimits.maxBytes} bytes`);
    const bytes = await fetchPicture(this.#parts, picture, signal);
    const settings = bytes && (await this.#settingsAllowing(picture));
    if (!settings) return undefined;
    signal.throwIfAborted();
    const placement = asKept(picture, settings);
    const added = await this.#parts.library.addPosted(bytes, placement, signal);
    return { ...added, hasCaption: placement.caption !== undefined };
  }

  /** The server's settings, unless they or the poster's choices keep this picture out of the index. */
  async #settingsAllowing({ placement, linked, sticker }: PostedPicture): Promise<GuildSettings | undefined> {
    const { settings, privacy, erasures } = this.#parts;
    if (erasures.isErased(placement)) return undefined;
    const guildSettings = await settings.get(placement.guildId);
    if (indexState(guildSettings, placement) !== "indexed") return undefined;
    if ((linked && !guildSettings.links) || (sticker && !guildSettings.stickers)) return undefined;
    if (placement.postedAt < retentionCutoff(guildSettings.retentionDays)) return undefined;
    return (await privacy.allows(placement.authorId, placement.postedAt)) ? guildSettings : undefined;
  }

  async #findKnown(pictures: readonly PostedPicture[]): Promise<Map<PostedPicture, IngestResult>> {
    const { posts } = this.#parts.library;
    const seen = new Map<PostedPicture, IngestResult>();
    const [first] = pictures;
    if (!first) return seen;
    const { guildId } = first.placement;
    const messageIds = [...new Set(pictures.map(({ placement }) => placement.messageId))];
    const placed = new Set((await posts.placements({ guildId, messageIds })).map(placementKey));
    const attachmentIds = pictures.map(({ placement }) => placement.attachmentId);
    const known = await posts.knownAttachments(attachmentIds);
    const failed = await posts.failedAttachments(attachmentIds);
    for (const picture of pictures) {
      const { attachmentId } = picture.placement;
      if (placed.has(placementKey(picture)) && known.has(attachmentId))
        seen.set(picture, { kind: "already-indexed" });
      // A forwarded picture keeps its attachment id, so it can be known without being placed here.
      else if (failed.has(attachmentId)) seen.set(picture, { kind: "skipped", reason: "it failed before" });
    }
    return seen;
  }
}

interface Added {
  readonly image: ImageRecord;
  readonly isNew: boolean;
  readonly hasCaption: boolean;
}

/** Its words only where the server keeps them. */
const asKept = ({ placement }: PostedPicture, { captions }: GuildSettings) => ({
  ...placement,
  caption: (captions && placement.caption) || undefined,
});

const placementKey = ({ placement }: { placement: { messageId: string; attachmentId: string } }) =>
  `${placement.messageId}/${placement.attachmentId}`;
