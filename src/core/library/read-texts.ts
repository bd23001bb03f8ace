import { GlimpseError, isLasting, PictureError } from "../errors.ts";
import { holdLease } from "../hold-lease.ts";
import { openQueue } from "../open-queue.ts";
import type {
  Catalog,
  CatalogImage,
  ImageKey,
  PictureSource,
  Reading,
  ReadingEngine,
  TextReader,
  WorkQueue,
} from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { ImageId, LongWork, Skipped, TextReport } from "../types.ts";
import { READING } from "../work-routes.ts";
import type { Originals } from "./originals.ts";
import { isUnknownScript } from "./script-hint.ts";

const PAGE = 16;
/** One is decoded while the other is read. */
const AT_ONCE = 2;
const LEASE_MS = 30_000;
const ENQUEUED_AT_ONCE = 1000;

interface ReadTextsContext {
  readonly catalog: Pick<Catalog, "images" | "readings" | "leases">;
  readonly originals: Originals;
  readonly reader: TextReader;
}

/**
 * Reads the text in every picture that waits for it, from its original. Each page is committed before the next, so a
 * stop loses at most a page and the next run goes on from there; pictures whose originals cannot be read now keep
 * waiting. Nothing is done while another process is at it, or where no reader is installed.
 */
export async function readTexts(context: ReadTextsContext, work: LongWork = {}): Promise<TextReport> {
  const report = { read: 0, withText: 0, unknownScript: 0, skipped: [] as Skipped[] };
  const engine = await context.reader.engine();
  const lease = engine === undefined ? undefined : await context.catalog.leases.acquire("reading", LEASE_MS);
  if (engine === undefined || lease === undefined) return report;
  try {
    await holdLease(lease, LEASE_MS, async () => {
      await context.catalog.readings.startWith(engine);
      await readPages(context, engine, report, work);
    });
    return report;
  } catch (error) {
    // The pictures are added and found all the same.
    if (error instanceof GlimpseError && !work.signal?.aborted) return { ...report, problem: error.message };
    throw error;
  }
}

/** Text that no worker reads any more is read here again. */
export async function queueTextsForWorkers(work: WorkQueue): Promise<void> {
  const served = await work.servedRoutes();
  await work.withdrawImages(served);
  const routes = [...served].filter((route) => route.endsWith(READING));
  if (routes.length > 0) while ((await work.enqueueTexts(routes, ENQUEUED_AT_ONCE)) === ENQUEUED_AT_ONCE);
}

/** Reads a posted picture while its bytes are in memory, where its guild allows it. What fails waits for the next run. */
export async function readPosted(
  {
    catalog,
    reader,
  }: { readonly catalog: Pick<Catalog, "images" | "readings">; readonly reader: TextReader },
  posted: { readonly id: ImageId; readonly guildId: string; readonly bytes: Uint8Array },
  signal?: AbortSignal,
): Promise<void> {
  const { id, guildId, bytes } = posted;
  if (!(await catalog.readings.allows(guildId))) return;
  const [before] = await catalog.readings.of([id], ENTIRE_LIBRARY);
  const engine = await reader.engine();
  if (engine === undefined || before?.engine === engine) return;
  try {
    const [image] = await catalog.images.byId([id], undefined, "first");
    const moments = image && (await momentsOf({ catalog }, image.key));
    const { lines } = await reader.read({ bytes }, signal, moments);
    await catalog.readings.put([{ id, engine, lines }]);
  } catch (error) {
    if (!(error instanceof GlimpseError) && !signal?.aborted) throw error;
  }
}

async function readPages(
  context: ReadTextsContext,
  engine: ReadingEngine,
  report: { read: number; withText: number; unknownScript: number; skipped: Skipped[] },
  { signal, onProgress }: LongWork,
): Promise<void> {
  const { catalog } = context;
  const queue = await openQueue(AT_ONCE);
  const { waiting: total } = await catalog.readings.counts();
  for (let after = 0, done = 0; !signal?.aborted; ) {
    const page = await catalog.readings.waiting(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.key;
    onProgress?.({ stage: "reading text", done, total });
    const outcomes = await queue.addAll(page.map((image) => () => readText(context, image, signal)));
    const readings = outcomes.flatMap((outcome) => (outcome ? [{ ...outcome.reading, engine }] : []));
    await catalog.readings.put(readings);
    done += page.length;
    report.read += readings.length;
    report.withText += readings.filter(({ lines }) => lines.length > 0).length;
    report.unknownScript += readings.filter(({ lines }) => isUnknownScript(lines, engine)).length;
    report.skipped.push(...outcomes.flatMap((outcome) => outcome?.skipped ?? []));
    onProgress?.({ stage: "reading text", done, total });
  }
}

interface ShotsContext {
  readonly catalog: Pick<Catalog, "images">;
}

/** The shots of what moves, each of which may hold other text. */
async function momentsOf({ catalog }: ShotsContext, key: ImageKey): Promise<number[] | undefined> {
  const shots = await catalog.images.shots([key]);
  return shots.get(key)?.map(({ atMs }) => atMs);
}

interface Outcome {
  readonly reading: Omit<Reading, "engine">;
  readonly skipped?: Skipped;
}

/** Undefined when it has to wait: its original cannot be read now, or the work was aborted. */
export async function readText(
  { catalog, originals, reader }: Pick<ReadTextsContext, "originals" | "reader"> & ShotsContext,
  { key, record }: CatalogImage,
  signal: AbortSignal | undefined,
): Promise<Outcome | undefined> {
  const { id } = record;
  const moments = await momentsOf({ catalog }, key);
  const read = async (source: PictureSource): Promise<Outcome & { readonly id: ImageId }> => {
    try {
      const found = await reader.read(source, signal, moments);
      return { id: found.id, reading: found };
    } catch (error) {
      if (!(error instanceof PictureError) || !isLasting(error.code)) throw error;
      const origin = "path" in source ? source.path : id.slice(0, 12);
      const skipped = { origin, code: error.code, reason: error.message };
      return { id, reading: { id, lines: [], failure: error.code }, skipped };
    }
  };
  try {
    return await originals.read(record, read, signal);
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}
