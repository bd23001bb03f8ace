import { UsageError } from "../../core/index.ts";

const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { d: DAY_MS, w: 7 * DAY_MS, m: 30 * DAY_MS, y: 365 * DAY_MS };

/** `2026-03-01` (its first moment, UTC), or an age such as `7d`. @throws UsageError */
export function parseDay(text: string | null, now = Date.now()): number | undefined {
  if (text === null) return undefined;
  const typed = text.trim().toLowerCase();
  const age = /^(\d{1,4})\s*([dwmy])$/.exec(typed);
  if (age) return now - Number(age[1]) * (UNITS[age[2] ?? ""] ?? 0);
  const time = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? Date.parse(`${typed}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError("Give a day like 2026-03-01, or an age like 7d, 4w, 6m or 1y.");
  return time;
}
