export type Priority = "live" | "history";

/** Whose turn a piece of work takes. */
export interface Turn {
  readonly guildId: string;
  readonly channelId: string;
  readonly priority: Priority;
}

type Start = () => void;
/** Waiting work by server and channel; the first of each map is next. */
type Waiting = Map<string, Map<string, Start[]>>;

/**
 * Does so much at once, live posts before history, and in turns over servers and over the channels of each, so that one
 * long history or one server's slow files keep nobody waiting. One server never has the last place.
 */
export class TurnQueue {
  concurrency: number;
  readonly #waiting: Readonly<Record<Priority, Waiting>> = { live: new Map(), history: new Map() };
  readonly #running = new Map<string, number>();
  #runningInAll = 0;
  #idle: (() => void)[] = [];

  constructor(concurrency: number) {
    this.concurrency = concurrency;
  }

  /** Waiting and being done, in all or of one server. */
  count(guildId?: string): number {
    if (guildId !== undefined) return waitingOf(this.#waiting, guildId) + (this.#running.get(guildId) ?? 0);
    const guilds = new Set([...this.#waiting.live.keys(), ...this.#waiting.history.keys()]);
    return [...guilds].reduce((sum, id) => sum + waitingOf(this.#waiting, id), this.#runningInAll);
  }

  add<Result>(turn: Turn, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const guild = entry(this.#waiting[turn.priority], turn.guildId, () => new Map<string, Start[]>());
      entry(guild, turn.channelId, () => [] as Start[]).push(() => {
        work()
          .then(resolve, reject)
          .finally(() => this.#ended(turn.guildId));
      });
      this.#startMore();
    });
  }

  async onIdle(): Promise<void> {
    if (this.count() > 0) await new Promise<void>((done) => this.#idle.push(done));
  }

  #startMore(): void {
    while (this.#runningInAll < this.concurrency) {
      const next = this.#next("live") ?? this.#next("history");
      if (!next) break;
      this.#runningInAll += 1;
      this.#running.set(next.guildId, (this.#running.get(next.guildId) ?? 0) + 1);
      next.start();
    }
  }

  #next(priority: Priority): { guildId: string; start: Start } | undefined {
    const guilds = this.#waiting[priority];
    for (const [guildId, channels] of guilds) {
      if ((this.#running.get(guildId) ?? 0) >= Math.max(1, this.concurrency - 1)) continue;
      const [[channelId, starts] = []] = channels;
      const start = starts?.shift();
      if (channelId === undefined || !starts || !start) continue;
      // Served: to the end of the line, unless nothing is left.
      channels.delete(channelId);
      if (starts.length > 0) channels.set(channelId, starts);
      guilds.delete(guildId);
      if (channels.size > 0) guilds.set(guildId, channels);
      return { guildId, start };
    }
    return undefined;
  }

  #ended(guildId: string): void {
    this.#runningInAll -= 1;
    const left = (this.#running.get(guildId) ?? 1) - 1;
    if (left > 0) this.#running.set(guildId, left);
    else this.#running.delete(guildId);
    this.#startMore();
    if (this.count() > 0) return;
    for (const done of this.#idle) done();
    this.#idle = [];
  }
}

function waitingOf(waiting: Readonly<Record<Priority, Waiting>>, guildId: string): number {
  const channels = [waiting.live.get(guildId), waiting.history.get(guildId)];
  const lists = channels.flatMap((each) => [...(each?.values() ?? [])]);
  return lists.reduce((sum, starts) => sum + starts.length, 0);
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
