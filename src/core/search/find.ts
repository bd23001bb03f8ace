import { ModelError, NotEmbeddedError, PictureError, UsageError } from "../errors.ts";
import type { CatalogImage, ImageKey } from "../ports.ts";
import type {
  EmbeddingSpace,
  FindAnswer,
  FindRequest,
  Fit,
  Hit,
  ImageId,
  ImageRecord,
  Part,
  QueryTerm,
  Scoped,
  WordPlace,
  WordsFound,
} from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { fitting, isByDate, sortByDate } from "./by-date.ts";
import type { RankedHit } from "./collapse.ts";
import { decodeCursor, encodeCursor, requestDigest } from "./cursor.ts";
import { betterFit, fitOfCosine } from "./fit.ts";
import { interpretQuery, withCorrections } from "./parsed-query.ts";
import { cosinesOf, type Judged, type Ranked, rank } from "./rank.ts";
import type { OlderAnswers, SearchContext } from "./search-context.ts";
import { fitOfWords } from "./word-hits.ts";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1000;
const OLDER_EVERY = 10;
const NO_OLDER: OlderAnswers = { models: [], notes: [] };
const OLDER_PLACES =
  "Pictures that only an older model knows are among the hits, at every tenth place or after the others: scores of two models cannot be compared.";
const onlyKnownTo = (space: EmbeddingSpace) =>
  `Only an older model, ${space}, knows the example: it alone was asked, and pictures that it never saw are left out.`;
const NOT_BY_SCORE =
  "Pictures that only an older model knows are left out: a least score means something else under each model.";
/** A few milliseconds of reading. */
const IDS_AT_ONCE = 1000;

/** Answers a query: ranking within the scope, merging of near-identical hits, then paging. */
export async function find(
  context: SearchContext,
  asked: Scoped<FindRequest>,
  older: OlderAnswers = NO_OLDER,
): Promise<FindAnswer> {
  const limit = limitOf(asked);
  const digest = requestDigest(asked);
  const offset = decodeCursor(asked.cursor, digest);
  const searched = await context.catalog.images.count(asked.scope);
  const wanted = offset + limit + 1;
  const request = withinOnly(asked);
  const asTyped = await interpretQuery(context, request);
  // What few pictures lack says nothing of how a word is spelt.
  const corrected = request.only ? undefined : await withCorrections(context, request, asTyped);
  const question = corrected ?? asTyped;
  const answer = () => rank(context, request, { question, searched, wanted, isJudged: true });
  // Hits by words are of the whole library, and so the first answer's; so is how well the answer fits.
  const ofOthers = {
    question: { ...question, words: { ...question.words, hits: [] } },
    searched,
    wanted,
    isJudged: false,
  };
  const { ranked, notes, judged } = await withOlder(request, answer, {
    notes: older.notes,
    answers: older.models.map((model) => () => rank({ ...context, ...model }, request, ofOthers)),
    alone: older.models.map(({ embedder, everyVector }) => async () => {
      const alone = { ...context, embedder, vectors: everyVector };
      const found = await rank(alone, request, { question, searched, wanted, isJudged: false });
      return withNotes(found, [onlyKnownTo(embedder.space)]);
    }),
  });
  const fitted = { searched, judged };
  const isDated = isByDate(request) && request.terms.length > 0;
  const { ordered, fits } = isDated
    ? await byDateWhatFits(context, request, ranked, fitted)
    : { ordered: ranked, fits: undefined };
  const page = ordered.slice(offset, offset + limit);
  return {
    query: formatQuery(request.terms),
    model: context.embedder.traits.id,
    hits: await hitsOf(context, request, {
      page,
      offset,
      fits: fits ?? (await fitsOf(context, request, page, fitted)),
    }),
    // Words that must be there may leave nothing of what fits.
    match: judged?.match && ranked.length === 0 ? "nothing" : judged?.match,
    ...(question.corrections.length > 0 && { corrections: question.corrections }),
    ...(question.words.unmatched.length > 0 && {
      unmatched: question.words.unmatched.map(({ text }) => text),
    }),
    nextCursor: ordered.length > offset + limit ? encodeCursor(digest, offset + limit) : null,
    searched,
    notes: [...question.notes, ...notes],
  };
}

function withinOnly(request: Scoped<FindRequest>): Scoped<FindRequest> {
  const { only, scope } = request;
  if (!only) return request;
  const { ids = only } = scope;
  return { ...request, scope: { ...scope, ids: only.filter((id) => ids.includes(id)) } };
}

function limitOf({ limit = DEFAULT_LIMIT }: FindRequest): number {
  if (limit === "all") return Number.POSITIVE_INFINITY;
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new UsageError(`The limit must be a whole number from 1 to ${MAX_LIMIT}, or all; got ${limit}.`);
}

interface OlderRankings {
  /** Of the images that the active space lacks. */
  readonly answers: readonly (() => Promise<Ranked>)[];
  /** Of all images that the older space has. */
  readonly alone: readonly (() => Promise<Ranked>)[];
  readonly notes: readonly string[];
}

/**
 * Scores of two models cannot be compared, so each ranks its own images, and those of older models take every tenth
 * place for as long as there are any, and all places after the last of the others. Dates can be compared.
 */
async function withOlder(
  request: Scoped<FindRequest>,
  answer: () => Promise<Ranked>,
  older: OlderRankings,
): Promise<Ranked> {
  if (request.terms.length === 0 || older.answers.length === 0) return withNotes(await answer(), older.notes);
  if (request.minScore !== undefined) return withNotes(await answer(), [...older.notes, NOT_BY_SCORE]);
  const [first, ...others] = await Promise.allSettled([answer, ...older.answers].map((each) => each()));
  for (const other of others)
    if (other.status === "rejected" && !isExpected(other.reason)) throw other.reason;
  const known = new Set(first?.status === "fulfilled" ? first.value.ranked.map(({ key }) => key) : []);
  const found = others
    .flatMap((other) => (other.status === "fulfilled" ? [...other.value.ranked] : []))
    .filter(({ key }) => !known.has(key));
  if (first?.status !== "fulfilled")
    return withNotes(await answeredAlone(older.alone, first?.reason), older.notes);
  if (found.length === 0) return withNotes(first.value, older.notes);
  const ranked = interleaved(first.value.ranked, found);
  return { ...first.value, ranked, notes: [...first.value.notes, ...older.notes, OLDER_PLACES] };
}

/** An example that only an older model has embedded is a query to that model alone. @throws the problem of the active model */
async function answeredAlone(answers: readonly (() => Promise<Ranked>)[], problem: unknown): Promise<Ranked> {
  if (!(problem instanceof NotEmbeddedError)) throw problem;
  for (const answer of answers) {
    const ranked = await answer().catch((error: unknown) => {
      if (!isExpected(error)) throw error;
    });
    if (ranked) return ranked;
  }
  throw problem;
}

/** That model cannot answer: it has no embedding of an example, or its files were removed. */
const isExpected = (error: unknown) =>
  error instanceof UsageError || error instanceof PictureError || error instanceof ModelError;

const withNotes = (ranked: Ranked, more: readonly string[]): Ranked => ({
  ...ranked,
  notes: [...ranked.notes, ...more],
});

function interleaved(first: readonly RankedHit[], older: readonly RankedHit[]): RankedHit[] {
  const ranked: RankedHit[] = [];
  for (let [a, b] = [0, 0]; a < first.length || b < older.length; ) {
    const isOlders = b < older.length && ((ranked.length + 1) % OLDER_EVERY === 0 || a >= first.length);
    const next = isOlders ? older[b++] : first[a++];
    if (next) ranked.push(next);
  }
  return ranked;
}

/** By which single hits are judged. */
interface Fitted {
  readonly searched: number;
  readonly judged: Judged | undefined;
}

interface Page {
  readonly page: readonly RankedHit[];
  /** Hits before it. */
  readonly offset: number;
  /** Of the page's hits at least. */
  readonly fits: ReadonlyMap<ImageKey, Fit>;
}

interface Dated {
  readonly ordered: readonly RankedHit[];
  /** Of all ranked hits; undefined where nothing was chosen by them. */
  readonly fits?: ReadonlyMap<ImageKey, Fit> | undefined;
}

/** All of it where everything, or all above a least score, was asked for. */
async function byDateWhatFits(
  context: SearchContext,
  request: Scoped<FindRequest>,
  ranked: readonly RankedHit[],
  by: Fitted,
): Promise<Dated> {
  const isWhole = request.limit === "all" || request.minScore !== undefined;
  if (isWhole) return { ordered: await sortByDate(context, request, ranked) };
  const fits = await fitsOf(context, request, ranked, by);
  return { ordered: await sortByDate(context, request, fitting(ranked, fits)), fits };
}

async function fitsOf(
  context: SearchContext,
  { signal }: FindRequest,
  hits: readonly RankedHit[],
  { searched, judged }: Fitted,
): Promise<Map<ImageKey, Fit>> {
  const by = judged?.by;
  const keys = hits.map(({ key }) => key);
  const cosines = by ? await cosinesOf(context, by.vector, keys, signal) : new Map<ImageKey, number>();
  const fits = new Map<ImageKey, Fit>();
  for (const { key, words, isCopy } of hits) {
    const cosine = cosines.get(key);
    const looks = by && cosine !== undefined ? fitOfCosine(by.judging, cosine, searched) : judged?.looks;
    const fit = isCopy ? "good" : betterFit(looks, words && fitOfWords(words));
    if (fit) fits.set(key, fit);
  }
  return fits;
}

async function hitsOf(
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

/** The query for display: texts, then pictures, with negative terms marked. */
function formatQuery(terms: readonly QueryTerm[]): string {
  return terms
    .map((term) => {
      const weight = term.weight ?? 1;
      const sign = weight < 0 ? "not " : "";
      const factor = Math.abs(weight) === 1 ? "" : `:${Math.abs(weight)}`;
      return `${sign}${"text" in term ? term.text.slice(0, 200) : formatPicture(term.image)}${factor}`;
    })
    .join(" + ");
}

function formatPicture(image: Extract<QueryTerm, { image: unknown }>["image"]): string {
  if ("path" in image) return `[${image.path}]`;
  return "embedding" in image || "bytes" in image ? "[uploaded image]" : `[image ${image.id.slice(0, 12)}]`;
}
