import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { knownDevices, recordDevice } from "../../../src/core/embedder/device-record.ts";
import { devicesToTry } from "../../../src/core/embedder/devices.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** One that this platform has a part for. */
const [device = ""] = devicesToTry("auto", {
  platform: `${process.platform} ${process.arch}`,
  mayHaveGpu: true,
}).devices;

test.skipIf(device === "")("what came of trying a device is known until it comes out otherwise", async () => {
  const folder = temporaryFolder();
  expect(await knownDevices(folder, [device])).toEqual([undefined]);
  const failed = { asked: device, device: "cpu", refused: [{ device, reason: "no driver" }] };
  await recordDevice(folder, failed);
  expect(await knownDevices(folder, [device])).toEqual([failed]);
  const test = { cosine: 0.99999, perSecond: 400, cpuPerSecond: 20 };
  await recordDevice(folder, { asked: device, device, test, refused: [] });
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
    await recordDevice(folder, choice);
    expect(await knownDevices(folder, [device])).toEqual([choice]);
  },
);

test("a library that is not there gets no note", async () => {
  const folder = join(temporaryFolder(), "library");
  await recordDevice(folder, { asked: "cuda", device: "cpu", refused: [] });
  expect(existsSync(folder)).toBe(false);
});
