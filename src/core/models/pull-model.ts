import { rename, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelError } from "../errors.ts";
import type { LongWork } from "../types.ts";
import { computePin, download } from "./download.ts";
import { originOf } from "./hub.ts";
import {
  type FilePin,
  locateFile,
  type ModelFolder,
  RECORDED_PINS,
  readRecordedPins,
} from "./model-folder.ts";
import { withPullLock } from "./pull-lock.ts";
import { filesOf } from "./variant-files.ts";

export interface PullOptions extends LongWork {
  /** Address of a hub or mirror, or a local folder. */
  readonly hub: string;
  readonly variant?: string | undefined;
  readonly firstDelayMs?: number | undefined;
}

/**
 * Downloads the files of a variant that are missing or damaged. Progress counts bytes.
 * @throws ModelError
 */
export async function pullModel(folder: ModelFolder, options: PullOptions): Promise<void> {
  const { signal } = options;
  await withPullLock(folder.pulled, () => pullMissing(folder, options), signal);
}

async function pullMissing(folder: ModelFolder, options: PullOptions): Promise<void> {
  const { descriptor, pulled } = folder;
  const missing: string[] = [];
  for (const path of filesOf(descriptor, options.variant)) {
    if (!(await isIntact(folder, path, options.signal))) missing.push(path);
  }
  await checkFreeSpace(pulled, missing, folder);

  const total = sumOrNull(missing.map((path) => folder.pins.get(path)?.bytes));
  let before = 0;
  for (const path of missing) {
    const found = await download({
      origin: originOf(options.hub, descriptor, path),
      to: join(pulled, path),
      pin: folder.pins.get(path),
      signal: options.signal,
      firstDelayMs: options.firstDelayMs,
      onProgress: (done) =>
        options.onProgress?.({ stage: "download", done: before + done, total, item: path }),
    });
    if (!folder.pins.get(path)) await recordPin(pulled, path, found);
    before += found.bytes;
  }
}

async function isIntact(folder: ModelFolder, path: string, signal?: AbortSignal): Promise<boolean> {
  const file = await locateFile(folder, path);
  return file !== undefined && (await computePin(file, signal)).sha256 === folder.pins.get(path)?.sha256;
}

/** The first digest seen of a file that its descriptor does not pin is enforced from then on. */
export async function recordPin(pulled: string, path: string, pin: FilePin): Promise<void> {
  const file = join(pulled, RECORDED_PINS);
  await writeFile(
    `${file}.new`,
    JSON.stringify({ ...(await readRecordedPins(pulled)), [path]: pin }, null, 1),
  );
  await rename(`${file}.new`, file);
}

async function checkFreeSpace(target: string, missing: readonly string[], { pins, descriptor }: ModelFolder) {
  const needed = missing.reduce((sum, path) => sum + (pins.get(path)?.bytes ?? 0), 0);
  const { bavail, bsize } = await statfs(target);
  if (needed <= bavail * bsize) return;
  throw new ModelError(
    `Model ${descriptor.id} needs ${megabytes(needed)} MB, but only ${megabytes(bavail * bsize)} MB are free at ` +
      `${target}. Free some space, or pull a smaller variant (see \`glimpse models list\`).`,
  );
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);

function sumOrNull(sizes: readonly (number | undefined)[]): number | null {
  let sum = 0;
  for (const size of sizes) {
    if (size === undefined) return null;
    sum += size;
  }
  return sum;
}
