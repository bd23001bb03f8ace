import { stat } from "node:fs/promises";
import { readConfig } from "../config.ts";
import { formatCount, GlimpseError, listPictures } from "../core/index.ts";
import { formatBytes } from "../shared/format.ts";
import { ask, canAsk } from "./confirm.ts";
import { logLine } from "./output.ts";
import { duration, showProgress } from "./progress.ts";
import { type GlobalOptions, untilInterrupted } from "./session.ts";

/** Counting more pictures than that is not worth the wait. */
const COUNTING_MS = 3000;

/**
 * Before a library is made on a terminal: says what a real model would bring and cost here, and pulls it on Enter. The new library then
 * takes it. Never asked where a model was named, where one is installed, or where nobody can answer.
 */
export async function offerModel(flags: GlobalOptions, paths: readonly string[]): Promise<void> {
  const { library: directory, hub, model, childProcess } = readConfig(flags);
  if (!canAsk() || model !== undefined) return;
  const { ModelStore, modelSpeeds, RECOMMENDED_MODEL } = await import("../core/open-library.ts");
  const { id } = RECOMMENDED_MODEL;
  const store = new ModelStore({ directory, hub });
  const embedding = (await store.list()).filter(({ dimensions }) => dimensions !== null);
  const installed = embedding.filter((listing) => listing.installed);
  const offered = embedding.find((listing) => listing.id === id);
  const [small] = installed;
  if (!offered || !small || installed.length > 1) return;

  const { signal, release } = untilInterrupted();
  try {
    const pictures = await countPictures(paths, signal);
    const timing = showProgress("Timing models");
    const speeds = await modelSpeeds(store, [small, offered], {
      signal,
      childProcess,
      onProgress: timing.onProgress,
    }).finally(timing.end);
    const rateOf = (name: string) => speeds.get(name)?.picturesPerSecond;
    const size = offered.variants[0]?.bytes ?? null;
    logLine(
      `The small built-in model knows everyday things, in English. ${offered.name}, finds far more, in many languages: ` +
        `${size === null ? "a large download" : formatBytes(size)}${costOf(pictures, rateOf(offered.id), rateOf(small.id))}.`,
    );
    const answer = await ask("Enter = download it now, n = stay with the small one: ", signal);
    if (/^\s*no?\s*$/i.test(answer)) {
      logLine(`The small one it is. Later: glimpse models pull ${id}, then glimpse models use ${id}.`);
      return;
    }
    const display = showProgress("Downloading", formatBytes);
    await store.pull(id, { signal, onProgress: display.onProgress }).finally(display.end);
    logLine(`${id} is installed and verified.`);
  } catch (error) {
    if (signal.aborted || !(error instanceof GlimpseError)) throw error;
    logLine(`${error.message} Going on with the small model.`);
  } finally {
    release();
  }
}

/** ", then about 4 min for these 1,240 pictures here (20 s with the small one)" */
function costOf(
  pictures: number | undefined,
  rate: number | undefined,
  smallRate: number | undefined,
): string {
  if (rate === undefined) return "";
  const timeFor = (count: number, perSecond: number) => duration(count / perSecond);
  if (!pictures) return `, then about ${timeFor(1000, rate)} for a thousand pictures here`;
  const small = smallRate === undefined ? "" : ` (${timeFor(pictures, smallRate)} with the small one)`;
  const which = pictures === 1 ? "this picture" : `these ${formatCount(pictures)} pictures`;
  return `, then about ${timeFor(pictures, rate)} for ${which} here${small}`;
}

/** Undefined where there are too many to count in a moment. */
async function countPictures(paths: readonly string[], signal: AbortSignal): Promise<number | undefined> {
  const timeout = AbortSignal.timeout(COUNTING_MS);
  const either = AbortSignal.any([signal, timeout]);
  try {
    let count = 0;
    for (const path of paths)
      count += (await stat(path)).isDirectory() ? (await listPictures(path, either)).length : 1;
    return count;
  } catch (error) {
    if (timeout.aborted && !signal.aborted) return undefined;
    throw error;
  }
}
