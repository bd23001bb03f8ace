import { imageDate, orderOf } from "../dates/picture-date.ts";
import { ModelError, PictureError, UsageError } from "../errors.ts";
import { WHOLE } from "../part.ts";
import type { ImageKey, Match } from "../ports.ts";
import type {
  Embedding,
  FindAnswer,
  FindRequest,
  Hit,
  ImageId,
  ImageRecord,
  QueryTerm,
  Scope,
  Scoped,
} from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import { type Collapsed, collapse } from "./collapse.ts";
import { decodeCursor, encodeCursor, requestDigest } from "./cursor.ts";
import { type QueryVector, queryVector } from "./query-vector.ts";
import type { OlderAnswers, SearchContext } from "./search-context.ts";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1000;
/** Sorting by date considers the best matches only: beyond them, relevance is lost. */
const DATED_MATCHES = 200;
const OLDER_EVERY = 10;
const NO_OLDER: OlderAnswers = { models: [], notes: [] };
const OLDER_PLACES =
  "Pictures that only an older model knows are among the hits, at every tenth place or after the others: scores of two models cannot be compared.";
const NOT_BY_SCORE =
  "Pictures that only an older model knows are left out: a least score means something else under each model.";
/** A few milliseconds of reading. */
const IDS_AT_ONCE = 1000;

/** Answers a query: ranking within the scope, merging of near-identical hits, then paging. */
export async function find(
  context: SearchContext,
  request: Scoped<FindRequest>,
  older: OlderAnswers = NO_OLDER,
): Promise<FindAnswer> {
  const limit = limitOf(request);
  const digest = requestDigest(request);
  const offset = decodeCursor(request.cursor, digest);
  const answer = () => rank(context, request, offset + limit + 1);
  const olderContexts = older.models.map((model) => ({ ...context, ...model }));
  const { ranked, notes } = await withOlder(context, request, answer, {
    notes: older.notes,
    answers: olderContexts.map((others) => () => rank(others, request, offset + limit + 1)),
  });
  const page = ranked.slice(offset, offset + limit);
  return {
    query: formatQuery(request.terms),
    model: context.embedder.traits.id,
    hits: await hitsOf(context, request, page, offset),
    nextCursor: ranked.length > offset + limit ? encodeCursor(digest, offset + limit) : null,
    searched: await context.catalog.images.count(request.scope),
    notes,
  };
}

function limitOf({ limit = DEFAULT_LIMIT }: FindRequest): number {
  if (limit === "all") return Number.POSITIVE_INFINITY;
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new UsageError(`The limit must be a whole number from 1 to ${MAX_LIMIT}, or all; got ${limit}.`);
}

interface Ranked {
  readonly ranked: readonly Collapsed[];
  readonly notes: readonly string[];
}

/**
 * Scores of two models cannot be compared, so each ranks its own images, and those of older models take every tenth
 * place for as long as there are any, and all places after the last of the others. Dates can be compared.
 */
async function withOlder(
  context: SearchContext,
  request: Scoped<FindRequest>,
  answer: () => Promise<Ranked>,
  older: { readonly answers: readonly (() => Promise<Ranked>)[]; readonly notes: readonly string[] },
): Promise<Ranked> {
  if (request.terms.length === 0 || older.answers.length === 0) return withNotes(await answer(), older.notes);
  if (request.minScore !== undefined) return withNotes(await answer(), [...older.notes, NOT_BY_SCORE]);
  const [first, ...others] = await Promise.allSettled([answer, ...older.answers].map((each) => each()));
  for (const other of others)
    if (other.status === "rejected" && !isExpected(other.reason)) throw other.reason;
  const found = others.flatMap((other) => (other.status === "fulfilled" ? [...other.value.ranked] : []));
  if (first?.status !== "fulfilled") {
    // An example that only an older model has embedded is a query to that model alone.
    if (others.every(({ status }) => status === "rejected")) throw first?.reason;
    return { ranked: found, notes: [...older.notes, OLDER_PLACES] };
  }
  if (found.length === 0) return withNotes(first.value, older.notes);
  const all = [...first.value.ranked, ...found];
  const isByDate = request.sort === "newest" || request.sort === "oldest";
  const ranked = isByDate ? await sortByDate(context, request, all) : interleaved(first.value.ranked, found);
  return { ranked, notes: [...first.value.notes, ...older.notes, OLDER_PLACES] };
}

/** That model cannot answer: it has no embedding of an example, or its files were removed. */
const isExpected = (error: unknown) =>
  error instanceof UsageError || error instanceof PictureError || error instanceof ModelError;

const withNotes = ({ ranked, notes }: Ranked, more: readonly string[]): Ranked => ({
  ranked,
  notes: [...notes, ...more],
});

function interleaved(first: readonly Collapsed[], older: readonly Collapsed[]): Collapsed[] {
  const ranked: Collapsed[] = [];
  for (let [a, b] = [0, 0]; a < first.length || b < older.length; ) {
    const isOlders = b < older.length && ((ranked.length + 1) % OLDER_EVERY === 0 || a >= first.length);
    const next = isOlders ? older[b++] : first[a++];
    if (next) ranked.push(next);
  }
  return ranked;
}

async function rank(context: SearchContext, request: Scoped<FindRequest>, wanted: number): Promise<Ranked> {
  if (request.terms.length === 0) return { ranked: await byDateAlone(context, request, wanted), notes: [] };
  const query = await queryVector(
    context,
    request.terms,
    request.exampleScope ?? request.scope,
    request.signal,
  );
  const { except, notes } = await excludedExamples(context, query, request.scope);
  const question = { vector: query.embedding, except };
  if (request.sort === undefined || request.sort === "relevance") {
    return { ranked: await nearest(context, request, question, wanted), notes };
  }
  const matches = await nearest(context, request, question, Number.isFinite(wanted) ? DATED_MATCHES : wanted);
  return { ranked: await sortByDate(context, request, matches), notes };
}

/** Examples that are in the scope; the note is for those given as a picture, which the viewer may not know to be there. */
async function excludedExamples(
  { catalog }: SearchContext,
  { examples, notes }: QueryVector,
  scope: Scope,
): Promise<{ except: ReadonlySet<ImageKey>; notes: readonly string[] }> {
  const ids = examples.map(({ id }) => id);
  const found = await catalog.images.byId(ids, scope, "first");
  const givenById = new Set(examples.flatMap(({ id, isById }) => (isById ? id : [])));
  const isNew = found.some(({ record }) => !givenById.has(record.id));
  return { except: new Set(found.map(({ key }) => key)), notes: isNew ? [...notes, EXAMPLE_KNOWN] : notes };
}

const EXAMPLE_KNOWN = "The example itself is in the library; it is left out of what is like it.";

interface RankedQuery {
  readonly vector: Embedding;
  /** The pictures that serve as examples. */
  readonly except: ReadonlySet<ImageKey>;
}

/** Near-identical hits merge, so more are fetched until enough stay apart or there are no more. */
async function nearest(
  context: SearchContext,
  request: Scoped<FindRequest>,
  { vector, except }: RankedQuery,
  wanted: number,
): Promise<readonly Collapsed[]> {
  const { scope, signal } = request;
  for (let limit = Math.ceil(wanted * 1.5) + 10 + except.size; ; limit *= 3) {
    const found = await context.vectors.nearest({ vector, scope, limit, signal });
    const good = found.filter(({ score }) => score >= (request.minScore ?? -1));
    const others = good.filter(({ key }) => !except.has(key));
    const merged = await mergeAlike(context, request, others);
    const exhausted = found.length < limit || good.length < found.length;
    // One more than wanted means that all near-identical images of the wanted ones were merged.
    if (merged.length >= wanted || exhausted) return merged;
  }
}

async function mergeAlike(
  context: SearchContext,
  request: Scoped<FindRequest>,
  found: readonly Match[],
): Promise<Collapsed[]> {
  if (request.collapse === false) return found.map((match) => ({ ...match, alike: [] }));
  const vectors = await context.vectors.embeddings(found.map(({ key }) => key));
  return collapse(found, vectors, context.embedder.traits.thresholds.alike, request.signal);
}

async function byDateAlone(
  context: SearchContext,
  request: Scoped<FindRequest>,
  wanted: number,
): Promise<Collapsed[]> {
  if (request.sort !== "newest" && request.sort !== "oldest") {
    throw new UsageError('The query is empty. Say what the picture shows, such as "a dog on a beach".');
  }
  const limit = Math.min(wanted, Number.MAX_SAFE_INTEGER);
  const keys = await context.catalog.images.byDate(request.scope, request.sort, limit);
  return keys.map((key) => ({ key, part: WHOLE, score: 0, alike: [] }));
}

async function sortByDate(
  context: SearchContext,
  request: Scoped<FindRequest>,
  matches: readonly Collapsed[],
): Promise<Collapsed[]> {
  const images = await context.catalog.images.byKey(
    matches.map(({ key }) => key),
    request.scope,
    "first",
  );
  const facts = new Map(
    images.map(({ key, record }) => [key, { date: orderOf(imageDate(record)), path: firstPath(record) }]),
  );
  const direction = request.sort === "newest" ? -1 : 1;
  const of = (key: ImageKey) => facts.get(key) ?? { date: 0, path: "" };
  return [...matches].sort((one, other) => {
    const [a, b] = [of(one.key), of(other.key)];
    return direction * (a.date - b.date) || inOrder(a.path, b.path) || other.score - one.score;
  });
}

/** Posts have none and come last. */
const firstPath = ({ placements }: ImageRecord) =>
  placements.find((placement) => placement.kind === "file")?.path ?? "\uffff";

const inOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

async function hitsOf(
  context: SearchContext,
  request: Scoped<FindRequest>,
  page: readonly Collapsed[],
  offset: number,
): Promise<Hit[]> {
  const images = await context.catalog.images.byKey(
    page.map(({ key }) => key),
    request.scope,
    "first",
  );
  const records = new Map(images.map(({ key, record }) => [key, record]));
  const hits: Hit[] = [];
  for (const [at, { key, part, score, alike }] of page.entries()) {
    const record = records.get(key);
    // Erased by another process between ranking and now.
    if (record === undefined || !isVisible(record)) continue;
    hits.push({
      ...record,
      rank: offset + at + 1,
      score,
      part,
      alike: await idsOf(context, alike, request.signal),
    });
  }
  return hits;
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
