import type { DateBound, Timestamp, WallClock } from "../types.ts";

/** The oldest surviving photograph is from that year. */
const FIRST_PHOTOGRAPH = Date.UTC(1826, 0, 1);
/** Whatever the zone. */
const DAY_MS = 86_400_000;

/** Not before there were pictures, nor in the future: a wrong clock, or a time that was made up, gives no date. */
export const isPlausible = (time: WallClock | Timestamp, now: Timestamp = Date.now()): boolean =>
  time >= FIRST_PHOTOGRAPH && time - now <= DAY_MS;

/** The span of plausible times, as a scope has it: the end is exclusive. */
export const plausibleSpan = (now: Timestamp = Date.now()): { since: DateBound; until: DateBound } => ({
  since: { wallClock: FIRST_PHOTOGRAPH, instant: FIRST_PHOTOGRAPH },
  until: { wallClock: now + DAY_MS + 1, instant: now + DAY_MS + 1 },
});
