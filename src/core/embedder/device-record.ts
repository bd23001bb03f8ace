import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Device, DeviceChoice } from "../types.ts";
import { devicesToTry } from "./devices.ts";

const FILE = "device.json";

/** Notes for `status` what came of trying a device. A library that cannot be written keeps no such note. */
export async function recordDevice(directory: string, choice: DeviceChoice): Promise<void> {
  const others = (await recorded(directory)).filter(({ asked }) => asked !== choice.asked);
  const file = join(directory, FILE);
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, JSON.stringify([...others, choice]))
    .then(() => rename(temporary, file))
    .catch(() => undefined);
}

/**
 * What pictures are embedded on, for each device that was asked for, without trying anything: as it was found when
 * something was embedded last. Undefined where that was never tried.
 */
export async function knownDevices(
  directory: string,
  devices: readonly Device[],
): Promise<(DeviceChoice | undefined)[]> {
  const known = await recorded(directory);
  return devices.map((asked) => {
    const { devices: toTry, refused } = devicesToTry(asked);
    if (toTry.length === 0) return { asked, device: "cpu", refused };
    return known.find((choice) => choice.asked === asked);
  });
}

/** None when there is no note, or none that can be used: it is made anew. */
async function recorded(directory: string): Promise<DeviceChoice[]> {
  try {
    const value: unknown = JSON.parse(await readFile(join(directory, FILE), "utf8"));
    return Array.isArray(value) ? value.filter(isChoice) : [];
  } catch {
    return [];
  }
}

// By hand, since `status` reads it and loads no schema library.
function isChoice(value: unknown): value is DeviceChoice {
  const { asked, device, test, refused } = fieldsOf(value);
  return (
    [asked, device].every(isText) &&
    (test === undefined ||
      ["cosine", "perSecond", "cpuPerSecond"].every((name) => isNumber(fieldsOf(test)[name]))) &&
    Array.isArray(refused) &&
    refused.every((each) => ["device", "reason"].every((name) => isText(fieldsOf(each)[name])))
  );
}

const fieldsOf = (value: unknown): Record<string, unknown> => ({
  ...(typeof value === "object" ? value : {}),
});
const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";
