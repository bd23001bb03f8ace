import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageVersion } from "../package-folder.ts";
import { replaceFile } from "../replace-file.ts";
import type { Device, DeviceChoice, EmbeddingSpace, RefusedDevice } from "../types.ts";
import { devicesToTry } from "./devices.ts";

const FILE = "device.json";

/** As long as drivers are taken to stay what they are. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** What came of trying a device, with all that it may come out otherwise by. */
interface Note extends DeviceChoice {
  readonly space: EmbeddingSpace;
  readonly version: string;
  readonly at: number;
}

/**
 * Notes what came of trying a device, for `status`, and so that it is not tried by each run again. A library that cannot
 * be written keeps no such note.
 */
export async function recordDevice(
  directory: string,
  space: EmbeddingSpace,
  choice: DeviceChoice,
  at = Date.now(),
): Promise<void> {
  const note: Note = { ...choice, space, version: packageVersion(), at };
  const others = (await recorded(directory)).filter(({ asked }) => asked !== choice.asked);
  await replaceFile(join(directory, FILE), JSON.stringify([...others, note])).catch(() => undefined);
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
    const note = known.find((each) => each.asked === asked);
    return (
      note && { asked, device: note.device, ...(note.test && { test: note.test }), refused: note.refused }
    );
  });
}

/** What `auto` tried in vain of late, by this version and for this model. */
export async function recentlyRejected(
  directory: string,
  space: EmbeddingSpace,
  now = Date.now(),
): Promise<readonly RefusedDevice[]> {
  const note = (await recorded(directory)).find(({ asked }) => asked === "auto");
  const holds =
    note?.space === space && note.version === packageVersion() && Math.abs(now - note.at) < KEPT_MS;
  return holds ? note.refused : [];
}

/** None when there is no note, or none that can be used: it is made again. */
async function recorded(directory: string): Promise<Note[]> {
  try {
    const value: unknown = JSON.parse(await readFile(join(directory, FILE), "utf8"));
    return Array.isArray(value) ? value.filter(isNote) : [];
  } catch {
    return [];
  }
}

// By hand, since `status` reads it and loads no schema library.
function isNote(value: unknown): value is Note {
  const { asked, device, test, refused, space, version, at } = fieldsOf(value);
  return (
    [asked, device, space, version].every(isText) &&
    isNumber(at) &&
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
