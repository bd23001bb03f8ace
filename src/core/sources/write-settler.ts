import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";

/**
 * Holds paths back until the file there is stable: one that is being copied until it is complete, and one that
 * disappeared for as long, so that a file moved from one folder to another is reported at both ends together.
 */
export class WriteSettler {
  readonly #ms: number;
  readonly #onStill: (path: string, stats: Stats | undefined) => void;
  readonly #held = new Map<string, NodeJS.Timeout | undefined>();

  constructor(parts: {
    /** How long size and modification time must stay the same. */
    ms: number;
    onStill: (path: string, stats: Stats | undefined) => void;
  }) {
    this.#ms = parts.ms;
    this.#onStill = parts.onStill;
  }

  hold(path: string): void {
    if (this.#held.has(path)) return;
    this.#held.set(path, undefined);
    void statsOf(path).then((stats) => this.#wait(path, stats));
  }

  close(): void {
    for (const timer of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
  }

  #wait(path: string, before: Stats | undefined): void {
    if (!this.#held.has(path)) return;
    const timer = setTimeout(async () => {
      const now = await statsOf(path);
      if (traceOf(now) !== traceOf(before)) return this.#wait(path, now);
      if (this.#held.delete(path)) this.#onStill(path, now);
    }, this.#ms);
    this.#held.set(path, timer);
  }
}

const statsOf = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined);

const traceOf = (stats: Stats | undefined) => stats && `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
