import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Settings } from "../../src/core/ports.ts";

/** What every kind of settings promises. `create` gives empty ones. */
export function describeSettings(create: () => Promise<Settings>): void {
  test("gives back what was set, of any plain shape", async () => {
    const settings = await create();
    const values = { text: "a\n\u202e🐈", number: 1.5, no: false, none: null, list: [1, { deep: "x" }] };
    for (const [key, value] of Object.entries(values)) await settings.set(key, value);
    for (const [key, value] of Object.entries(values)) expect(await settings.get(key)).toEqual(value);
    await settings.close();
  });

  test("knows nothing of what was never set", async () => {
    const settings = await create();
    expect(await settings.get("guild:1")).toBeUndefined();
    expect(await settings.delete("guild:1")).toBe(false);
    await settings.close();
  });

  test("the latest value counts, and a deleted one is gone", async () => {
    const settings = await create();
    await settings.set("guild:1", "old");
    await settings.set("guild:1", "new");
    await settings.set("guild:12", "other");
    expect(await settings.get("guild:1")).toBe("new");
    expect(await settings.delete("guild:1")).toBe(true);
    expect(await settings.get("guild:1")).toBeUndefined();
    expect(await settings.get("guild:12")).toBe("other");
    await settings.close();
  });

  test("a value with a time to live is gone after it", async () => {
    const settings = await create();
    await settings.set("short", 1, 20);
    await settings.set("long", 2, 60_000);
    expect(await settings.get("short")).toBe(1);
    await sleep(40);
    expect(await settings.get("short")).toBeUndefined();
    expect(await settings.get("long")).toBe(2);
    await settings.close();
  });
}
