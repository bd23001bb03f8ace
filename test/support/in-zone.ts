import { onTestFinished } from "vitest";

/** Zones on both sides of UTC, with and without summer time. */
export const zones = ["UTC", "America/New_York", "Asia/Tokyo", "Europe/Berlin"] as const;

/** Lets this process live in another zone until the test ends; Node follows `TZ` at once. */
export function inZone(zone: string): void {
  const before = process.env.TZ;
  process.env.TZ = zone;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
}
