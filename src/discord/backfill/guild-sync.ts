import { setImmediate as nextTurn } from "node:timers/promises";
import type { CreatedThread, Session } from "../gateway/gateway-events.ts";
import { indexState } from "../ingest/guild-settings.ts";
import type { BackfillWorker } from "./backfill-worker.ts";
import {
  enforceRetention,
  type MaintenanceParts,
  maintainAtNight,
  noteJoined,
  purgeDeletedChannels,
  purgeLeftGuilds,
  retryFailedPictures,
} from "./maintenance.ts";
import type { Reconciler } from "./reconciler.ts";
import type { Refetcher } from "./refetcher.ts";
import type { TextReading } from "./text-reading.ts";

export interface SyncParts extends MaintenanceParts {
  readonly backfill: BackfillWorker;
  readonly reconciler: Reconciler;
  readonly refetcher: Refetcher;
  readonly textReading: TextReading;
}

export interface SyncTimes {
  /** Default 60,000. */
  readonly maintenanceMs: number;
  /** Denied channels and failed pictures are retried every so many rounds. Default 5. */
  readonly retryRounds: number;
}

const syncTimes: SyncTimes = { maintenanceMs: 60_000, retryRounds: 5 };

/** Keeps the index of every server complete: after a new session, after outages, and periodically. */
export class GuildSync {
  readonly #parts: SyncParts;
  readonly #times: SyncTimes;
  /** Servers whose live events may be incomplete. */
  readonly #withGaps = new Set<string>();
  /** Servers where deletions may have been missed. */
  readonly #unchecked = new Set<string>();
  readonly #closingGaps = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #maintaining = false;
  #round = 0;

  constructor(parts: SyncParts, times: SyncTimes = syncTimes) {
    this.#parts = parts;
    this.#times = times;
  }

  start(): void {
    this.#timer = setInterval(
      () => this.#runInBackground(() => this.#maintainAll()),
      this.#times.maintenanceMs,
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  sessionStarted({ guildIds, ownsGuild }: Session): void {
    this.#parts.marks.setGap();
    this.#parts.verifier.invalidateAll();
    for (const guildId of guildIds) {
      this.#withGaps.add(guildId);
      this.#unchecked.add(guildId);
    }
    this.#runInBackground(() => purgeLeftGuilds(this.#parts, new Set(guildIds), ownsGuild));
  }

  guildUnavailable(guildId: string): void {
    this.#parts.marks.setGuildGap(guildId);
    this.#parts.verifier.invalidateGuild(guildId);
    this.#withGaps.add(guildId);
    this.#unchecked.add(guildId);
  }

  /** discord.js updates its cache in the same turn of the event loop. */
  guildAvailable(guildId: string): void {
    this.#runInBackground(async () => {
      await nextTurn();
      await noteJoined(this.#parts, guildId);
      await this.#catchUp(guildId);
      await purgeDeletedChannels(this.#parts, guildId);
    });
  }

  /** There may be unread messages between the last one read and the live ones. */
  channelGap(guildId: string, channelId: string): void {
    if (this.#closingGaps.has(channelId)) return;
    const work = this.#parts.backfill
      .catchUpChannel(guildId, channelId)
      .finally(() => this.#closingGaps.delete(channelId));
    this.#closingGaps.set(channelId, work);
  }

  channelVisibilityChanged(guildId: string, channelId: string, hidden: boolean): void {
    if (hidden) this.#channelHidden(guildId, channelId);
    else if (!this.#parts.marks.isLive(channelId)) {
      this.#runInBackground(async () => {
        await nextTurn();
        const state = indexState(await this.#parts.settings.get(guildId), { channelId });
        if (state === "not-indexed") return;
        this.#unchecked.add(guildId);
        if (state === "indexed") await this.#parts.backfill.retryDenied(guildId);
        await this.#catchUp(guildId);
      });
    }
  }

  async threadCreated({ guildId, threadId, parentId, isNew }: CreatedThread): Promise<void> {
    const { backfillProgress, marks, settings, backfill } = this.#parts;
    const state = indexState(await settings.get(guildId), { channelId: threadId, parentId });
    if (state !== "indexed") return;
    if (!isNew) {
      await backfillProgress.getOrCreate(guildId, threadId, parentId);
      backfill.wake(guildId);
      return;
    }
    // A thread's first message may have the thread's own id.
    await marks.advance(guildId, threadId, String(BigInt(threadId) - 1n));
    marks.setLive(guildId, threadId);
    await backfillProgress.createDone(guildId, threadId, parentId);
  }

  /** No events arrive from it or its threads until it is visible again. */
  #channelHidden(guildId: string, channelId: string): void {
    const { marks, verifier, backfillProgress } = this.#parts;
    marks.setGap(channelId);
    verifier.invalidateChannel(channelId);
    this.#runInBackground(async () => {
      for (const thread of await backfillProgress.list(guildId, channelId)) marks.setGap(thread.channelId);
    });
  }

  async #catchUp(guildId: string): Promise<void> {
    const { backfill, library } = this.#parts;
    const name = `discord/alive/${guildId}`;
    const aliveAt = Number((await library.state.get(name)) ?? 0);
    const now = Date.now();
    await backfill.catchUp(guildId, aliveAt);
    // One unreadable channel must not keep deletions in the others from being noticed.
    const begun = this.#unchecked.delete(guildId);
    if (begun) this.#parts.reconciler.start(guildId);
    if (!(await this.#isComplete(guildId))) return;
    this.#withGaps.delete(guildId);
    if (!begun) this.#parts.reconciler.start(guildId);
    await enforceRetention(this.#parts, guildId);
    await library.state.set(name, String(now));
  }

  async #isComplete(guildId: string): Promise<boolean> {
    const { indexed } = await this.#parts.settings.get(guildId);
    const active = Object.entries(indexed).filter(([, { paused }]) => !paused);
    return active.every(([channelId]) => this.#parts.marks.isLive(channelId));
  }

  async #maintainAll(): Promise<void> {
    if (this.#maintaining) return;
    this.#maintaining = true;
    try {
      await this.#maintainGuilds();
      await maintainAtNight(this.#parts);
    } finally {
      this.#maintaining = false;
    }
  }

  async #maintainGuilds(): Promise<void> {
    this.#round += 1;
    this.#parts.textReading.wake();
    for (const [guildId, guild] of this.#parts.client.guilds.cache) {
      if (guild.available)
        await this.#maintain(guildId).catch((error: unknown) => this.#logFailure(error, guildId));
    }
  }

  async #maintain(guildId: string): Promise<void> {
    const { indexed } = await this.#parts.settings.get(guildId);
    if (Object.keys(indexed).length === 0) return;
    if (this.#withGaps.has(guildId) || !(await this.#isComplete(guildId))) await this.#catchUp(guildId);
    else await this.#parts.library.state.set(`discord/alive/${guildId}`, String(Date.now()));
    if (this.#round % this.#times.retryRounds === 0) {
      await this.#parts.backfill.retryDenied(guildId);
      await retryFailedPictures(this.#parts, guildId);
      this.#parts.refetcher.start(guildId);
    }
    await enforceRetention(this.#parts, guildId);
  }

  #runInBackground(work: () => Promise<void>): void {
    void work().catch((error: unknown) => this.#logFailure(error));
  }

  #logFailure(error: unknown, guildId?: string): void {
    this.#parts.log.warn({ guildId, error }, "maintenance failed, will be retried");
  }
}
