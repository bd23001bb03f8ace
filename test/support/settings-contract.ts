import { expect, onTestFinished, test, vi } from "vitest";
import type { Settings } from "../../src/core/ports.ts";

/** The contract of every settings store. `create` returns an empty one. */
export function describeSettings(create: () => Promise<Settings>): void {
  test("returns what was set, of any JSON shape", async () => {
    const settings = await create();
    const values = { text: "a\n\u202e🐈", number: 1.5, no: false, none: null, list: [1, { deep: "x" }] };
    for (const [key, value] of Object.entries(values)) await settings.set(key, value);
    for (const [key, value] of Object.entries(values)) expect(await settings.get(key)).toEqual(value);
    await settings.close();
  });

  test("returns nothing for a key that was never set", async () => {
    const settings = await create();
    expect(await settings.get("guild:1")).toBeUndefined();
    expect(await settings.delete("guild:1")).toBe(false);
    await settings.close();
  });

  test("the latest value wins, and a deleted one is gone", async () => {
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

  test("a value expires after its time to live", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const settings = await create();
    await settings.set("short", 1, 20);
    await settings.set("long", 2, 60_000);
    expect(await settings.get("short")).toBe(1);
    vi.setSystemTime(Date.now() + 40);
    expect(await settings.get("short")).toBeUndefined();
    expect(await settings.get("long")).toBe(2);
    await settings.close();
  });
}
