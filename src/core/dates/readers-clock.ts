import type { Timestamp, WallClock } from "../types.ts";
import { clockOf, clocksSetBack } from "./wall-clock.ts";

const DAY_MS = 86_400_000;

/**
 * `clockOf` for very many instants: how far the clock is from UTC is asked once for each day on which it does not
 * change. For one piece of work, since the zone of a process may change.
 */
export class ReadersClock {
  /** Undefined for a day on which the clocks are set. */
  readonly #offsets = new Map<number, number | undefined>();

  at(instant: Timestamp): WallClock {
    const offset = this.#offsetOn(Math.floor(instant / DAY_MS));
    return offset === undefined ? clockOf(instant) : instant + offset;
  }

  /** What the clock showed at this instant, or at an earlier one if it was set back since. */
  latestUpTo(instant: Timestamp): WallClock {
    return this.at(instant) + clocksSetBack(instant);
  }

  #offsetOn(day: number): number | undefined {
    if (this.#offsets.has(day)) return this.#offsets.get(day);
    const [start, end] = [day * DAY_MS, (day + 1) * DAY_MS];
    const [before, after] = [clockOf(start) - start, clockOf(end) - end];
    const offset = before === after ? before : undefined;
    this.#offsets.set(day, offset);
    return offset;
  }
}
