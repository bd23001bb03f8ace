import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Device, DeviceChoice } from "../types.ts";
import { devicesToTry } from "./devices.ts";

const FILE = "device.json";

const choices = z.array(
  z.object({
    asked: z.string(),
    device: z.string(),
    test: z.object({ cosine: z.number(), perSecond: z.number(), cpuPerSecond: z.number() }).optional(),
    refused: z.array(z.object({ device: z.string(), reason: z.string() })),
  }),
);

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
    return choices.parse(JSON.parse(await readFile(join(directory, FILE), "utf8")));
  } catch {
    return [];
  }
}
