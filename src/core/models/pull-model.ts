import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { ModelError } from "../errors.ts";
import { replaceFile } from "../replace-file.ts";
import type { LongWork } from "../types.ts";
import { computePin, download } from "./download.ts";
import { hubsIn, OriginError, originOf } from "./hub.ts";
import {
  type FilePin,
  locateFile,
  type ModelFolder,
  RECORDED_PINS,
  readRecordedPins,
} from "./model-folder.ts";
import { publishedPin } from "./published-pin.ts";
import { withPullLock } from "./pull-lock.ts";
import { filesOf, isReader, variantNames } from "./variant-files.ts";

export interface PullOptions extends LongWork {
  /** Addresses of hubs or mirrors, or local folders, separated by commas; the next is asked where one fails. */
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

/** A file to be fetched, and what is known of it beforehand. */
interface Missing {
  readonly path: string;
  readonly pin: Partial<FilePin>;
}

async function pullMissing(folder: ModelFolder, options: PullOptions): Promise<void> {
  const { descriptor, pulled } = folder;
  const paths: string[] = [];
  for (const path of filesOf(descriptor, options.variant)) {
    if (!(await isIntact(folder, path, options.signal))) paths.push(path);
  }
  if (paths.length > 0) refuseWithdrawn(folder, options.variant);
  const hubs = hubsIn(options.hub);
  const missing: Missing[] = [];
  for (const path of paths) missing.push({ path, pin: await knownOf(folder, path, hubs, options.signal) });
  await checkFreeSpace(pulled, missing, folder);

  const total = sumOrNull(missing.map(({ pin }) => pin.bytes));
  let before = 0;
  for (const file of missing) {
    const { path } = file;
    const onProgress = (done: number) =>
      options.onProgress?.({ stage: "download", done: before + done, total, item: path });
    const found = await fromAny(hubs, folder, file, { ...options, onProgress });
    if (!folder.pins.get(path)) await recordPin(pulled, path, found);
    before += found.bytes;
  }
}

async function isIntact(folder: ModelFolder, path: string, signal?: AbortSignal): Promise<boolean> {
  const file = await locateFile(folder, path);
  return file !== undefined && (await computePin(file, signal)).sha256 === folder.pins.get(path)?.sha256;
}

/** @throws ModelError for what was offered once */
function refuseWithdrawn({ descriptor }: ModelFolder, variant = descriptor.variant): void {
  const reason = isReader(descriptor) ? undefined : descriptor.variants[variant]?.withdrawn;
  if (isReader(descriptor) || reason === undefined) return;
  const others = variantNames(descriptor).filter(
    (name) => descriptor.variants[name]?.withdrawn === undefined,
  );
  throw new ModelError(
    `${descriptor.id}:${variant} is offered no more: ${reason}. Other variants: ${others.join(", ")}.`,
  );
}

/** What the descriptor or an earlier download says of a file, else what the first hub that answers does. */
async function knownOf(
  { descriptor, pins }: ModelFolder,
  path: string,
  hubs: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Partial<FilePin>> {
  const pin = pins.get(path);
  if (pin) return pin;
  for (const hub of hubs.filter((each) => !isFolder(each))) {
    const published = await publishedPin(originOf(hub, descriptor, path), signal);
    if (published.bytes !== undefined) return published;
  }
  return {};
}

const isFolder = (hub: string) => !/^https?:/.test(hub);

/** From the first hub that has it; what one sent of it, the next goes on with. @throws ModelError */
async function fromAny(
  hubs: readonly string[],
  folder: ModelFolder,
  { path, pin }: Missing,
  {
    signal,
    firstDelayMs,
    onProgress,
  }: Pick<PullOptions, "signal" | "firstDelayMs"> & {
    readonly onProgress: (done: number) => void;
  },
): Promise<FilePin> {
  const failures: string[] = [];
  for (const hub of hubs) {
    try {
      const origin = originOf(hub, folder.descriptor, path);
      const to = join(folder.pulled, path);
      return await download({ origin, to, pin, signal, firstDelayMs, onProgress });
    } catch (error) {
      if (!(error instanceof OriginError) || hubs.length === 1) throw error;
      failures.push(error.message);
    }
  }
  throw new ModelError(`None of the ${hubs.length} hubs has ${path}: ${failures.join(" ")}`);
}

/** The first digest seen of a file that its descriptor does not pin is enforced from then on. */
export async function recordPin(pulled: string, path: string, pin: FilePin): Promise<void> {
  const pins = { ...(await readRecordedPins(pulled)), [path]: pin };
  await replaceFile(join(pulled, RECORDED_PINS), JSON.stringify(pins, null, 1));
}

async function checkFreeSpace(target: string, missing: readonly Missing[], { descriptor }: ModelFolder) {
  const needed = missing.reduce((sum, { pin }) => sum + (pin.bytes ?? 0), 0);
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
