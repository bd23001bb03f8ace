import { ignoreLibraryError } from "../errors.ts";
import type {
  Catalog,
  CatalogImage,
  ComparablePicture,
  Embedder,
  ImageKey,
  PictureComparison,
  PictureSource,
  PlacedEdit,
  StoredComparison,
} from "../ports.ts";
import { ENTIRE_LIBRARY } from "../scopes.ts";
import type { EditKind, ImageId, ImageRecord, TextLine } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { type ComparedFilm, compareFilms } from "./compare-films.ts";
import { haveDifferentText } from "./different-text.ts";

export interface ComparisonContext {
  readonly catalog: Pick<Catalog, "images" | "comparisons" | "readings">;
  readonly embedder: Pick<Embedder, "compare">;
  /** Finds where an original can be read now. Without, what thumbnails leave in doubt stays in doubt. */
  readonly locateOriginal?: LocateOriginal | undefined;
}

/** How many pairs may be looked at in their originals, and pixels be read for that; what would take more stays in doubt. */
export interface ReadingAllowance {
  pairs: number;
  pixels: number;
}

export type LocateOriginal = (image: ImageRecord, signal?: AbortSignal) => Promise<PictureSource | undefined>;

/** Raise it with every change of how pictures are compared: older comparisons are then repeated. */
const VERSION = 7;

/** Pairs in one request to the embedding process, and requests in flight. */
const PAIRS_AT_ONCE = 16;
const IN_FLIGHT = 4;

export type ImagePair = readonly [first: ImageKey, second: ImageKey];

/** Comparisons of pairs in either order. */
export class Comparisons {
  readonly #known = new Map<string, PictureComparison>();

  get(first: ImageKey, second: ImageKey): PictureComparison | undefined {
    if (first < second) return this.#known.get(`${first} ${second}`);
    const reverse = this.#known.get(`${second} ${first}`);
    return reverse && { ...reverse, edits: reversed(reverse.edits) };
  }

  add({ first, second, comparison }: StoredComparison): void {
    this.#known.set(`${first} ${second}`, comparison);
  }

  /** Takes over the comparison of this pair, if there is one. */
  copy(from: Comparisons, first: ImageKey, second: ImageKey): void {
    const pair = first < second ? `${first} ${second}` : `${second} ${first}`;
    const comparison = from.#known.get(pair);
    if (comparison) this.#known.set(pair, comparison);
  }
}

/** The same edits, seen from the other picture. */
const reversed = (edits: readonly PlacedEdit[]): PlacedEdit[] =>
  edits.map((edit) => {
    const { kind, of } = edit;
    return kind === "brighter" || kind === "darker"
      ? { ...edit, kind: kind === "brighter" ? "darker" : "brighter" }
      : { ...edit, of: of === "member" ? "reference" : of === "reference" ? "member" : "either" };
  });

/** Whether it is the same picture; where thumbnails leave it in doubt, they are not enough. */
export const isSame = (comparison: PictureComparison | undefined): comparison is PictureComparison =>
  comparison?.outcome === "same" && !comparison.inDoubt;

export interface ComparePairsOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many pairs may be compared now that never were; the rest is left out. Default: all. */
  readonly most?: number | undefined;
  /** What may be read of originals, of which it takes what it reads. Default: all. */
  readonly allowance?: ReadingAllowance | undefined;
}

/**
 * Compares pairs of images by their pixels, or reads earlier comparisons. Pairs with an image that is gone are left out.
 * Also counts the pairs that were compared now.
 */
export async function comparePairs(
  context: ComparisonContext,
  pairs: readonly ImagePair[],
  { signal, most = Number.POSITIVE_INFINITY, allowance }: ComparePairsOptions = {},
): Promise<{ readonly comparisons: Comparisons; readonly compared: number }> {
  const yielder = new YieldController(signal);
  const wanted = await distinct(pairs, yielder);
  const comparisons = new Comparisons();
  let tries = allowance?.pairs ?? Number.POSITIVE_INFINITY;
  for (const stored of await context.catalog.comparisons.get(VERSION, wanted)) {
    // Originals may be within reach now.
    const isTriedAgain = stored.comparison.inDoubt && context.locateOriginal && tries > 0;
    if (isTriedAgain) tries -= 1;
    else comparisons.add(stored);
    await yielder.yieldIfDue();
  }
  const missing: ImagePair[] = [];
  for (const pair of wanted) {
    if (missing.length < most && !comparisons.get(...pair)) missing.push(pair);
    await yielder.yieldIfDue();
  }
  const batches: ImagePair[][] = [];
  for (let start = 0; start < missing.length; start += PAIRS_AT_ONCE) {
    batches.push(missing.slice(start, start + PAIRS_AT_ONCE));
  }
  const work = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      signal?.throwIfAborted();
      const compared = await compareBatch(context, batch, { signal, allowance });
      // Stored for next time where possible: this answer does not need it.
      await context.catalog.comparisons.put(VERSION, compared).catch(ignoreLibraryError);
      for (const stored of compared) comparisons.add(stored);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  await tellApartByWords(context, wanted, comparisons, yielder);
  return { comparisons, compared: missing.length };
}

const READINGS_AT_ONCE = 200;

/**
 * Pictures in both of which text was read, but not the same, are variants whatever their pixels. Not kept: what was read
 * may come later, or be reread.
 */
async function tellApartByWords(
  { catalog }: ComparisonContext,
  pairs: readonly ImagePair[],
  comparisons: Comparisons,
  yielder: YieldController,
): Promise<void> {
  const same: ImagePair[] = [];
  for (const pair of pairs) {
    const comparison = comparisons.get(...pair);
    if (comparison?.outcome === "same" && !comparison.edits.some(({ kind }) => UNREADABLE.has(kind)))
      same.push(pair);
    await yielder.yieldIfDue();
  }
  const keys = [...new Set(same.flat())];
  const lines = new Map<ImageKey, readonly TextLine[]>();
  for (let start = 0; start < keys.length; start += READINGS_AT_ONCE) {
    const byId = await keysById(catalog, keys.slice(start, start + READINGS_AT_ONCE));
    for (const { id, lines: read } of await catalog.readings.of([...byId.keys()], ENTIRE_LIBRARY)) {
      const key = byId.get(id);
      if (key !== undefined) lines.set(key, read);
    }
    await yielder.yieldIfDue();
  }
  for (const [first, second] of same) {
    const comparison = comparisons.get(first, second);
    // Of films other moments may have been read.
    const moves = [first, second].some((key) => lines.get(key)?.some(({ atMs }) => atMs !== undefined));
    if (comparison && !moves && haveDifferentText(lines.get(first) ?? [], lines.get(second) ?? [])) {
      const variant = { ...comparison, outcome: "variant", inDoubt: false, edits: [] } as const;
      comparisons.add({ first, second, comparison: variant });
    }
    await yielder.yieldIfDue();
  }
}

/** No record is read for it: a hit may stand for tens of thousands. */
async function keysById(
  { images }: Pick<Catalog, "images">,
  keys: readonly ImageKey[],
): Promise<Map<ImageId, ImageKey>> {
  const ids = await images.idsByKey(keys);
  if (ids.length === keys.length) return new Map(keys.map((key, at) => [ids[at] ?? "", key]));
  // One is gone, so that the others no longer stand at their places.
  const found = new Map<ImageId, ImageKey>();
  for (const key of keys) for (const id of await images.idsByKey([key])) found.set(id, key);
  return found;
}

/** Text that was mirrored is read as something else. */
const UNREADABLE: ReadonlySet<EditKind> = new Set(["mirrored", "turned"]);

/** Each pair once, its lower key first. Pairs that follow each other have pictures in common: a batch has few of them. */
async function distinct(pairs: readonly ImagePair[], yielder: YieldController): Promise<ImagePair[]> {
  const unique = new Map<string, ImagePair>();
  for (const [a, b] of pairs) {
    if (a === b) continue;
    const pair: ImagePair = a < b ? [a, b] : [b, a];
    unique.set(pair.join(" "), pair);
    await yielder.yieldIfDue();
  }
  return [...unique.values()];
}

async function compareBatch(
  context: ComparisonContext,
  pairs: readonly ImagePair[],
  options: ComparePairsOptions,
): Promise<StoredComparison[]> {
  const keys = [...new Set(pairs.flat())];
  const films = await filmsOf(context, keys);
  const compared = pairs.flatMap(([first, second]): StoredComparison[] => {
    const [one, other] = [films.get(first), films.get(second)];
    return one && other ? [{ first, second, comparison: compareFilms(one, other) }] : [];
  });
  return [...compared, ...(await compareStills(context, pairs, options))];
}

/** What moves is compared by its shots, and with nothing that stands still. */
async function filmsOf(
  { catalog }: ComparisonContext,
  keys: readonly ImageKey[],
): Promise<Map<ImageKey, ComparedFilm>> {
  const shots = await catalog.images.shots(keys);
  if (shots.size === 0) return new Map();
  const records = await catalog.images.byKey([...shots.keys()], undefined, "first");
  return new Map(records.map(({ key, record }) => [key, { record, shots: shots.get(key) ?? [] }]));
}

async function compareStills(
  context: ComparisonContext,
  pairs: readonly ImagePair[],
  { signal, allowance }: ComparePairsOptions,
): Promise<StoredComparison[]> {
  const images = await imagesOf(context, [...new Set(pairs.flat())]);
  const known = pairs.filter(([first, second]) => images.has(first) && images.has(second));
  const byThumbnail = await compareAs(context, known, (key) => images.get(key)?.picture, signal);
  const doubtful = byThumbnail.filter(
    ({ first, second, comparison }) =>
      comparison.inDoubt && isAllowed([images.get(first), images.get(second)], allowance),
  );
  if (doubtful.length === 0 || !context.locateOriginal) return byThumbnail;
  const larger = new Map<ImageKey, ComparablePicture>();
  for (const key of new Set(doubtful.flatMap(({ first, second }) => [first, second]))) {
    const found = images.get(key);
    const source = found && (await context.locateOriginal(found.record, signal).catch(() => undefined));
    if (source) larger.set(key, { ...found.picture, original: source });
  }
  const within = doubtful.filter(({ first, second }) => larger.has(first) && larger.has(second));
  const again = await compareAs(
    context,
    within.map(({ first, second }) => [first, second]),
    (key) => larger.get(key),
    signal,
  );
  return [...byThumbnail, ...again];
}

function isAllowed(
  images: readonly (LoadedImage | undefined)[],
  allowance: ReadingAllowance | undefined,
): boolean {
  if (!allowance) return true;
  const pixels = images.reduce(
    (sum, image) => sum + (image ? image.record.width * image.record.height : 0),
    0,
  );
  if (allowance.pairs < 1 || pixels > allowance.pixels) return false;
  allowance.pairs -= 1;
  allowance.pixels -= pixels;
  return true;
}

interface LoadedImage {
  readonly record: ImageRecord;
  readonly picture: ComparablePicture;
}

async function imagesOf(
  { catalog }: ComparisonContext,
  keys: readonly ImageKey[],
): Promise<Map<ImageKey, LoadedImage>> {
  const yielder = new YieldController();
  const images = new Map<ImageKey, LoadedImage>();
  const found: CatalogImage[] = await catalog.images.byKey(keys, undefined, "first");
  for (const { key, record } of found) {
    const thumbnail = await catalog.images.thumbnail(record.id);
    const { id, width, height, cut: isCut, pages = 1, durationMs } = record;
    // Of several pages or frames the first is no more than a part: two that begin alike need not be one.
    if (thumbnail && pages === 1 && durationMs === undefined)
      images.set(key, { record, picture: { id, thumbnail, width, height, isCut } });
    await yielder.yieldIfDue();
  }
  return images;
}

async function compareAs(
  { embedder }: ComparisonContext,
  pairs: readonly ImagePair[],
  pictureOf: (key: ImageKey) => ComparablePicture | undefined,
  signal?: AbortSignal,
): Promise<StoredComparison[]> {
  if (pairs.length === 0) return [];
  const keys = [...new Set(pairs.flat())];
  const places = new Map(keys.map((key, at) => [key, at]));
  const pictures = keys.flatMap((key) => pictureOf(key) ?? []);
  const byPlace = pairs.map(([a, b]) => [places.get(a) ?? 0, places.get(b) ?? 0] as const);
  const compared = await embedder.compare(pictures, byPlace, signal);
  return pairs.flatMap(([first, second], at) => {
    const comparison = compared[at];
    return comparison ? [{ first, second, comparison }] : [];
  });
}
