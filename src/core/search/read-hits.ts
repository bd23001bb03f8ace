import type { CatalogImage, ImageKey } from "../ports.ts";
import type {
  FindRequest,
  Fit,
  Hit,
  ImageId,
  ImageRecord,
  Part,
  Scoped,
  WordPlace,
  WordsFound,
} from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { RankedHit } from "./collapse.ts";
import type { SearchContext } from "./search-context.ts";

/** A few milliseconds of reading. */
const IDS_AT_ONCE = 1000;

interface Page {
  readonly page: readonly RankedHit[];
  /** Hits before it. */
  readonly offset: number;
  /** Of the page's hits at least. */
  readonly fits: ReadonlyMap<ImageKey, Fit>;
}

/** The hits of a page, with what the scope shows of their images. */
export async function readHits(
  context: SearchContext,
  request: Scoped<FindRequest>,
  { page, offset, fits }: Page,
): Promise<Hit[]> {
  const keys = page.map(({ key }) => key);
  const images = await context.catalog.images.byKey(keys, request.scope, "first");
  const records = new Map(images.map(({ key, record }) => [key, record]));
  const placed = await withBoxes(context, request, images, page);
  const hits: Hit[] = [];
  for (const [at, { key, part, score, alike, words, isCopy }] of page.entries()) {
    const record = records.get(key);
    // Erased by another process between ranking and now.
    if (record === undefined || !isVisible(record)) continue;
    const fit = fits.get(key);
    hits.push({
      ...record,
      rank: offset + at + 1,
      score,
      part: partShown(record, part, score, placed.get(key)),
      ...(words && { words: placed.get(key) ?? words }),
      ...(isCopy && { isCopy }),
      ...(fit && { fit }),
      alike: await idsOf(context, alike, request.signal),
    });
  }
  return hits;
}

/**
 * Of a film, when what was asked for is shown: where its words stand, if they are read in it, else the shot that is
 * nearest, which may be the one that stands for the whole.
 */
function partShown(
  { durationMs, coverAtMs = 0 }: ImageRecord,
  part: Part,
  score: number,
  words: WordsFound | undefined,
): Part {
  if (durationMs === undefined) return part;
  const atMs = words?.places.find((place) => place.atMs !== undefined)?.atMs;
  if (atMs !== undefined) return { kind: "frame", atMs };
  return part.kind === "whole" && score !== 0 ? { kind: "frame", atMs: coverAtMs } : part;
}

/** The words of hits, with the place in the picture of each line that was read there. */
async function withBoxes(
  { catalog }: SearchContext,
  { scope, signal }: Scoped<FindRequest>,
  images: readonly CatalogImage[],
  page: readonly RankedHit[],
): Promise<Map<ImageKey, WordsFound>> {
  const yielder = new YieldController(signal);
  const wordsOf = new Map(page.map(({ key, words }) => [key, words]));
  const placed = new Map<ImageKey, WordsFound>();
  for (const { key, record } of images) {
    const words = wordsOf.get(key);
    if (!words?.places.some(({ source }) => source === "read")) continue;
    const [reading] = await catalog.readings.of([record.id], scope);
    const lineOf = (place: WordPlace) =>
      place.source === "read" ? reading?.lines[place.lineNumber] : undefined;
    const places = words.places.map((place) => {
      const line = lineOf(place);
      return line ? { ...place, box: line.box, angle: line.angle, atMs: line.atMs } : place;
    });
    placed.set(key, { ...words, places });
    await yielder.yieldIfDue();
  }
  return placed;
}

/** One hit may stand for tens of thousands of frames of a time-lapse: their ids are read a slice at a time. */
async function idsOf(
  { catalog }: SearchContext,
  keys: readonly ImageKey[],
  signal?: AbortSignal,
): Promise<ImageId[]> {
  const yielder = new YieldController(signal);
  const ids: ImageId[] = [];
  for (let start = 0; start < keys.length; start += IDS_AT_ONCE) {
    ids.push(...(await catalog.images.idsByKey(keys.slice(start, start + IDS_AT_ONCE))));
    await yielder.yieldIfDue();
  }
  return ids;
}

const isVisible = (record: ImageRecord) => record.placements.length > 0;
