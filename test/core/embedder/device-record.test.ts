import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { knownDevices, recentlyRejected, recordDevice } from "../../../src/core/embedder/device-record.ts";
import { devicesToTry } from "../../../src/core/embedder/devices.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const SPACE = "pocket@0a1b2c3d";

/** One that this platform has a part for. */
const [device = ""] = devicesToTry("auto", {
  platform: `${process.platform} ${process.arch}`,
  mayHaveGpu: true,
}).devices;

test.skipIf(device === "")("what came of trying a device is known until it comes out otherwise", async () => {
  const folder = temporaryFolder();
  expect(await knownDevices(folder, [device])).toEqual([undefined]);
  const failed = { asked: device, device: "cpu", refused: [{ device, reason: "no driver" }] };
  await recordDevice(folder, SPACE, failed);
  expect(await knownDevices(folder, [device])).toEqual([failed]);
  const test = { cosine: 0.99999, perSecond: 400, cpuPerSecond: 20 };
  await recordDevice(folder, SPACE, { asked: device, device, test, refused: [] });
  expect(await knownDevices(folder, [device, "cpu"])).toEqual([
    { asked: device, device, test, refused: [] },
    { asked: "cpu", device: "cpu", refused: [] },
  ]);
});

test
  .skipIf(device === "")
  .each(["", "[1, null]", "{}", '[{"asked":"auto"}]', '[{"asked":"x","device":1,"refused":[]}]'])(
  "a damaged note is none: %s",
  async (content) => {
    const folder = temporaryFolder();
    await writeFile(join(folder, "device.json"), content);
    expect(await knownDevices(folder, [device])).toEqual([undefined]);
    const choice = { asked: device, device: "cpu", refused: [] };
    await recordDevice(folder, SPACE, choice);
    expect(await knownDevices(folder, [device])).toEqual([choice]);
  },
);

test("what was tried in vain is not tried again for a month, by the same model and version", async () => {
  const folder = temporaryFolder();
  const refused = [{ device: "webgpu", reason: "no driver" }];
  const now = Date.UTC(2026, 10, 1);
  const days = (count: number) => now + count * 24 * 3_600_000;
  await recordDevice(folder, SPACE, { asked: "auto", device: "cpu", refused }, now);
  expect(await recentlyRejected(folder, SPACE, days(29))).toEqual(refused);
  expect(await recentlyRejected(folder, SPACE, days(31))).toEqual([]);
  expect(await recentlyRejected(folder, SPACE, days(-60))).toEqual([]);
  expect(await recentlyRejected(folder, "other@0a1b2c3d", now)).toEqual([]);
  const file = join(folder, "device.json");
  await writeFile(file, (await readFile(file, "utf8")).replace(/"version":"[^"]*"/, '"version":"0.0.1"'));
  expect(await recentlyRejected(folder, SPACE, now)).toEqual([]);
});

test("a library that is not there gets no note", async () => {
  const folder = join(temporaryFolder(), "library");
  await recordDevice(folder, SPACE, { asked: "cuda", device: "cpu", refused: [] });
  expect(existsSync(folder)).toBe(false);
});
