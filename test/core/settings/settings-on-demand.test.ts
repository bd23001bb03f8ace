import { expect, test } from "vitest";
import { openSettings } from "../../../src/core/settings/open-settings.ts";
import { settingsOnDemand } from "../../../src/core/settings/settings-on-demand.ts";
import { describeSettings } from "../../support/settings-contract.ts";

describeSettings(async () => settingsOnDemand(() => openSettings({ store: new Map() })));

test("the store is opened once, by the first call, and not at all without one", async () => {
  let times = 0;
  const counting = () => {
    times++;
    return openSettings({ store: new Map() });
  };
  await settingsOnDemand(counting).close();
  expect(times).toBe(0);
  const settings = settingsOnDemand(counting);
  await Promise.all([settings.set("a", 1), settings.set("b", 2)]);
  expect([await settings.get("a"), await settings.get("b"), times]).toEqual([1, 2, 1]);
  await settings.close();
  await expect(settings.get("a")).rejects.toThrow("closed");
});

test("a store that cannot be opened fails the call, and is tried again by the next", async () => {
  let isAway = true;
  const settings = settingsOnDemand(async () => {
    if (isAway) throw new Error("away");
    return openSettings({ store: new Map() });
  });
  await expect(settings.get("a")).rejects.toThrow("away");
  isAway = false;
  await settings.set("a", 1);
  expect(await settings.get("a")).toBe(1);
  await settings.close();
});
