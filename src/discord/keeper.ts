import { setImmediate as nextTurn } from "node:timers/promises";
import { indexState } from "./settings/guild-settings.ts";
import {
  enforceRetention,
  forgetLostChannels,
  forgetLostGuilds,
  type TendParts,
  trySecondTime,
} from "./tend.ts";

export interface KeeperTimes {
  /** Default 60,000. */
  readonly tendMs: number;
  /** Every how many rounds denied places and failed pictures are tried again. Default 5. */
  readonly retryRounds: number;
}

const keeperTimes: KeeperTimes = { tendMs: 60_000, retryRounds: 5 };
const RETENTION_ROUNDS = 60;

/** Keeps every server complete: after each fresh session, after outages, and once in a while. */
export class Keeper {
  readonly #parts: TendParts;
  readonly #times: KeeperTimes;
  /** Servers whose live events may be incomplete. */
  readonly #behind = new Set<string>();
  /** Servers where deletions may have been missed. */
  readonly #unchecked = new Set<string>();
  readonly #placesBehind = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #tending = false;
  #round = 0;

  constructor(parts: TendParts, times: KeeperTimes = keeperTimes) {
    this.#parts = parts;
    this.#times = times;
  }

  start(): void {
    this.#timer = setInterval(() => this.#quietly(() => this.#tendAll()), this.#times.tendMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  freshSession(guildIds: readonly string[], mine: (guildId: string) => boolean): void {
    this.#parts.marks.stop();
    this.#parts.liveness.forgetAll();
    for (const guildId of guildIds) {
      this.#behind.add(guildId);
      this.#unchecked.add(guildId);
    }
    this.#quietly(() => forgetLostGuilds(this.#parts, new Set(guildIds), mine));
  }

  outage(guildId: string): void {
    this.#parts.marks.stopGuild(guildId);
    this.#parts.liveness.forgetGuild(guildId);
    this.#behind.add(guildId);
    this.#unchecked.add(guildId);
  }

  /** The server is there (again); discord.js takes note of it in the same turn. */
  guildBack(guildId: string): void {
    this.#quietly(async () => {
      await nextTurn();
      await this.#catchUp(guildId);
      await forgetLostChannels(this.#parts, guildId);
    });
  }

  /** A thread or channel whose live messages do not follow on from what was read before. */
  placeBehind(guildId: string, channelId: string): void {
    if (this.#placesBehind.has(channelId)) return;
    const work = this.#parts.historian
      .catchUpPlace(guildId, channelId)
      .finally(() => this.#placesBehind.delete(channelId));
    this.#placesBehind.set(channelId, work);
  }

  channelSeen(guildId: string, channelId: string, hidden: boolean): void {
    if (hidden) this.#channelHidden(guildId, channelId);
    else if (!this.#parts.marks.flows(channelId)) {
      this.#quietly(async () => {
        await nextTurn();
        const state = indexState(await this.#parts.settings.of(guildId), { channelId });
        if (state === "not-indexed") return;
        this.#unchecked.add(guildId);
        if (state === "indexed") await this.#parts.historian.retryDenied(guildId);
        await this.#catchUp(guildId);
      });
    }
  }

  async threadCreated(thread: {
    id: string;
    guild_id: string;
    parent_id: string;
    newly_created?: boolean | null | undefined;
  }) {
    const { jobs, marks, settings, historian } = this.#parts;
    const { id, guild_id: guildId, parent_id: parentId } = thread;
    if (indexState(await settings.of(guildId), { channelId: id, parentId }) !== "indexed") return;
    if (!thread.newly_created) {
      await jobs.open(guildId, id, parentId);
      historian.wake(guildId);
      return;
    }
    // The message that a thread starts from may have the thread's own id.
    await marks.advance(guildId, id, String(BigInt(id) - 1n));
    marks.flow(guildId, id);
    await jobs.openDone(guildId, id, parentId);
  }

  /** Until it is back in sight nothing is heard of it, neither of its threads. */
  #channelHidden(guildId: string, channelId: string): void {
    const { marks, liveness, jobs } = this.#parts;
    marks.stop(channelId);
    liveness.forgetChannel(channelId);
    this.#quietly(async () => {
      for (const thread of await jobs.list(guildId, channelId)) marks.stop(thread.channelId);
    });
  }

  async #catchUp(guildId: string): Promise<void> {
    const { historian, library } = this.#parts;
    const name = `discord/alive/${guildId}`;
    const aliveAt = Number((await library.cursors.cursor(name)) ?? 0);
    const now = Date.now();
    await historian.catchUp(guildId, aliveAt);
    // One channel that cannot be read must not keep deletions in the others from being noticed.
    const begun = this.#unchecked.delete(guildId);
    if (begun) this.#parts.reconciler.start(guildId);
    if (!(await this.#isComplete(guildId))) return;
    this.#behind.delete(guildId);
    if (!begun) this.#parts.reconciler.start(guildId);
    await enforceRetention(this.#parts, guildId);
    await library.cursors.setCursor(name, String(now));
  }

  async #isComplete(guildId: string): Promise<boolean> {
    const { indexed } = await this.#parts.settings.of(guildId);
    const active = Object.entries(indexed).filter(([, { paused }]) => !paused);
    return active.every(([channelId]) => this.#parts.marks.flows(channelId));
  }

  async #tendAll(): Promise<void> {
    if (this.#tending) return;
    this.#tending = true;
    try {
      await this.#tendGuilds();
    } finally {
      this.#tending = false;
    }
  }

  async #tendGuilds(): Promise<void> {
    this.#round += 1;
    for (const [guildId, guild] of this.#parts.client.guilds.cache) {
      if (guild.available)
        await this.#tend(guildId).catch((error: unknown) => this.#complain(error, guildId));
    }
  }

  async #tend(guildId: string): Promise<void> {
    const { indexed } = await this.#parts.settings.of(guildId);
    if (Object.keys(indexed).length === 0) return;
    if (this.#behind.has(guildId) || !(await this.#isComplete(guildId))) await this.#catchUp(guildId);
    else await this.#parts.library.cursors.setCursor(`discord/alive/${guildId}`, String(Date.now()));
    if (this.#round % this.#times.retryRounds === 0) {
      await this.#parts.historian.retryDenied(guildId);
      await trySecondTime(this.#parts, guildId);
      this.#parts.refetcher.start(guildId);
    }
    if (this.#round % RETENTION_ROUNDS === 0) await enforceRetention(this.#parts, guildId);
  }

  #quietly(work: () => Promise<void>): void {
    void work().catch((error: unknown) => this.#complain(error));
  }

  #complain(error: unknown, guildId?: string): void {
    this.#parts.log.warn({ guildId, error }, "upkeep failed, will be tried again");
  }
}
