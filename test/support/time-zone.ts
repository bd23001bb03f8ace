import { onTestFinished } from "vitest";

/** Zones on both sides of UTC, with and without summer time. */
export const timeZones = ["UTC", "America/New_York", "Asia/Tokyo", "Europe/Berlin"] as const;

/** Puts this process in another time zone until the test ends; Node picks up `TZ` at once. */
export function useTimeZone(zone: string): void {
  const before = process.env.TZ;
  process.env.TZ = zone;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
}
