import { WHOLE } from "../part.ts";
import type { ImageKey, Match } from "../ports.ts";
import type { Embedding, FindRequest, Fit, QueryTerm, Scope, Scoped } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { YieldController } from "../yield-controller.ts";
import { byDateAlone, DATED_MATCHES, isByDate } from "./by-date.ts";
import { type Collapsed, collapse, type RankedHit } from "./collapse.ts";
import { copiesOf, verifiedCopies } from "./copies.ts";
import {
  betterFit,
  FIT_CANDIDATES,
  type FitCalibration,
  fitOfAnswer,
  fullCreditFrom,
  matchThreshold,
} from "./fit.ts";
import { libraryFitCalibration } from "./fit-calibration.ts";
import { fitVector } from "./fit-vector.ts";
import { FUSED_DEPTH, type Fused, fuse } from "./fuse.ts";
import { isText, type ParsedQuery, weightOf } from "./parsed-query.ts";
import { type Example, type QueryVector, queryVector } from "./query-vector.ts";
import { rarityOf } from "./rarity.ts";
import type { SearchContext } from "./search-context.ts";
import { unseenWordsNote, unsupportedWords } from "./unsupported-words.ts";
import { fitOfWords, type WordHits } from "./word-hits.ts";

/** Vectors read between two yields to the event loop. */
const VECTORS_AT_ONCE = 1000;

/** How well the best of an answer fits the question. */
export interface Judged {
  readonly match: Fit | undefined;
  /** What single hits are judged by; absent where cosines say nothing. */
  readonly by?: { readonly judging: FitCalibration; readonly vector: Embedding } | undefined;
  /** What the looks of every hit say, where they are not judged by cosines. */
  readonly looks?: Fit | undefined;
}

export interface Ranked {
  readonly ranked: readonly RankedHit[];
  readonly notes: readonly string[];
  /** Absent for pictures by date, and where it was not asked. */
  readonly judged?: Judged | undefined;
}

export interface Ranking {
  readonly question: ParsedQuery;
  /** Images in scope. */
  readonly searched: number;
  /** Number of hits from the best on. */
  readonly wanted: number;
  /** Whether it is asked how well they fit, which takes more texts to embed. */
  readonly isJudged: boolean;
}

interface JudgedRanking extends Ranking {
  readonly judging: FitCalibration;
}

/** The best hits of one model, near-identical ones merged; so many of them for an order by date. */
export async function rank(
  context: SearchContext,
  request: Scoped<FindRequest>,
  ranking: Ranking,
): Promise<Ranked> {
  const { question, wanted } = ranking;
  if (request.terms.length === 0) return { ranked: await byDateAlone(context, request, wanted), notes: [] };
  const query =
    question.looks.length === 0
      ? undefined
      : await queryVector(context, question.looks, request.exampleScope ?? request.scope, request.signal);
  const { except, notes } = await excludedExamples(context, request, query, ranking.searched);
  const copies = query ? await copiesOfExamples(context, request, query, question) : [];
  const depth = isByDate(request) && Number.isFinite(wanted) ? DATED_MATCHES : wanted;
  const { judging, unseenWords } = await judgingOf(context, question);
  const { merged, nearest } = await best(
    context,
    request,
    { ...ranking, judging, wanted: depth },
    { vector: query?.embedding, except, words: question.words, copies },
  );
  const judged = ranking.isJudged
    ? await judge(context, request, { ...ranking, judging }, query && { ...query, nearest }, copies)
    : undefined;
  const isGuess = unseenWords.length > 0 && judged?.by !== undefined && judged.match !== "good";
  return {
    ranked: merged,
    notes: isGuess ? [...notes, unseenWordsNote(context.embedder.traits, unseenWords)] : notes,
    judged,
  };
}

async function judgingOf(
  context: SearchContext,
  { looks }: ParsedQuery,
): Promise<{ judging: FitCalibration; unseenWords: readonly string[] }> {
  const judging = await libraryFitCalibration(context);
  const wanted = looks.filter(isText).filter((term) => weightOf(term) > 0);
  if (wanted.length === 0) return { judging, unseenWords: [] };
  const { rarity, unseenWords } = await rarityOf(
    context.embedder,
    wanted.map(({ text }) => text),
  );
  const { traits } = context.embedder;
  return {
    judging: { ...judging, rarity },
    unseenWords: unseenWords.filter((word) => word.length > 2 && unsupportedWords(traits, word).length === 0),
  };
}

/**
 * Examples that are in the scope, and copies of those that are disliked. The note is for those given as a picture, which the
 * viewer may not know to be there.
 */
async function excludedExamples(
  context: SearchContext,
  { scope, signal }: Scoped<FindRequest>,
  query: QueryVector | undefined,
  searched: number,
): Promise<{ except: ReadonlySet<ImageKey>; notes: readonly string[] }> {
  if (query === undefined) return { except: new Set(), notes: [] };
  const { examples, notes } = query;
  const found = await context.catalog.images.byId(
    examples.map(({ id }) => id),
    scope,
    "first",
  );
  const keyOf = new Map(found.map(({ key, record }) => [record.id, key]));
  const disliked = examples.filter(({ isDisliked }) => isDisliked);
  const except = new Set(keyOf.values());
  for (const example of disliked)
    for (const key of await copiesOfDisliked(context, example, keyOf.get(example.id), scope, signal))
      except.add(key);
  if (disliked.length === 0 && except.size > 0 && except.size >= searched)
    return { except, notes: [...notes, except.size === 1 ? ONLY_EXAMPLE : ONLY_EXAMPLES] };
  const isNew = examples.some(({ id, isById, isDisliked }) => !isById && !isDisliked && keyOf.has(id));
  return { except, notes: isNew ? [...notes, EXAMPLE_KNOWN] : notes };
}

/** Of a picture that is not in the scope only what its hashes tell beyond doubt. */
async function copiesOfDisliked(
  context: SearchContext,
  { fingerprint }: Example,
  key: ImageKey | undefined,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<ImageKey[]> {
  if (!fingerprint) return [];
  if (key === undefined) return copiesOf(context.catalog, fingerprint, scope, { isCertain: true, signal });
  return verifiedCopies(
    context,
    key,
    await copiesOf(context.catalog, fingerprint, scope, { signal }),
    signal,
  );
}

const ONLY_EXAMPLE = "The example is the only picture there is to search: nothing else can be like it.";
const ONLY_EXAMPLES = "The examples are all the pictures there are to search: nothing else can be like them.";
const EXAMPLE_KNOWN = "The example itself is in the library; it is left out of what is like it.";

interface RankedQuery {
  /** Undefined for a query that is to be read only. */
  readonly vector: Embedding | undefined;
  /** The pictures that serve as examples. */
  readonly except: ReadonlySet<ImageKey>;
  readonly words: WordHits;
  /** Of the examples, nearest first. */
  readonly copies: readonly ImageKey[];
}

interface Best {
  readonly merged: readonly RankedHit[];
  /** By cosine, before anything was left out; absent where only some images were compared. */
  readonly nearest?: readonly Match[] | undefined;
}

/** Near-identical hits merge, so more are fetched until enough stay apart or there are no more. */
async function best(
  context: SearchContext,
  request: Scoped<FindRequest>,
  { searched, wanted, judging }: JudgedRanking,
  { vector, except, words, copies }: RankedQuery,
): Promise<Best> {
  const { signal } = request;
  const bar = matchThreshold(judging, searched) ?? -1;
  const isLeftOut = ({ key }: { readonly key: ImageKey }) =>
    except.has(key) || words.excluded.has(key) || (words.required !== undefined && !words.required.has(key));
  const said = { ...words, hits: words.hits.filter((hit) => !isLeftOut(hit)) };
  if (vector === undefined) {
    const required = [...(words.required ?? [])].filter((key) => !isLeftOut({ key }));
    return { merged: await mergeAlike(context, request, bySaid(said, required)) };
  }
  const cosines = await cosinesOf(
    context,
    vector,
    [...said.hits.map(({ key }) => key), ...(words.required ?? []), ...copies],
    signal,
  );
  const isGood = (cosine: number) => cosine >= (request.minScore ?? -1);
  const good = { ...said, hits: said.hits.filter(({ key }) => isGood(cosines.get(key) ?? -1)) };
  // As many on every page as the fusion looks at.
  const least = good.hits.length > 0 ? FUSED_DEPTH : 0;
  for (
    let limit = Math.max(least, Math.ceil(wanted * 1.5) + 10) + except.size + words.excluded.size;
    ;
    limit *= 3
  ) {
    const found = words.required
      ? requiredMatches(words.required, cosines)
      : await context.vectors.nearest({ vector, scope: request.scope, limit, signal });
    const passing = found.filter(({ score }) => isGood(score));
    const others = passing.filter((match) => !isLeftOut(match));
    const first = copies.filter((key) => !isLeftOut({ key })).flatMap((key) => matchOf(key, cosines));
    const fused = fuse(others, { words: good, cosines, bar, full: fullCreditFrom(judging, bar) });
    const ordered = startingWith(
      first.filter(({ score }) => isGood(score)),
      fused,
    );
    const merged = await mergeAlike(context, request, ordered);
    const exhausted = words.required !== undefined || found.length < limit || passing.length < found.length;
    // One more than wanted means that all near-identical images of the wanted ones were merged.
    if (merged.length >= wanted || exhausted)
      return { merged, nearest: words.required === undefined ? found : undefined };
  }
}

function startingWith(copies: readonly Match[], rest: readonly Fused[]): Fused[] {
  if (copies.length === 0) return [...rest];
  const isFirst = new Set(copies.map(({ key }) => key));
  return [
    ...copies.map((match) => ({ ...match, isCopy: true })),
    ...rest.filter(({ key }) => !isFirst.has(key)),
  ];
}

/** A query of example pictures alone; beside words, a copy is one of many that fit. */
async function copiesOfExamples(
  { catalog }: SearchContext,
  { scope, signal }: Scoped<FindRequest>,
  { examples }: QueryVector,
  question: ParsedQuery,
): Promise<ImageKey[]> {
  if (question.looks.some((term) => isText(term) && weightOf(term) > 0)) return [];
  const found: ImageKey[] = [];
  for (const { fingerprint, isDisliked } of examples)
    if (fingerprint && !isDisliked) found.push(...(await copiesOf(catalog, fingerprint, scope, { signal })));
  return [...new Set(found)];
}

/** The best by their words; after them whatever else has all the words that have to be there. */
function bySaid({ hits }: WordHits, required: readonly ImageKey[]): Fused[] {
  const isHit = new Set(hits.map(({ key }) => key));
  const others = required.filter((key) => !isHit.has(key)).sort((a, b) => a - b);
  return [
    ...hits.map(({ key, words }) => ({ key, part: WHOLE, score: 0, words })),
    ...others.map((key) => ({ key, part: WHOLE, score: 0 })),
  ];
}

const matchOf = (key: ImageKey, cosines: ReadonlyMap<ImageKey, number>): Match[] => {
  const score = cosines.get(key);
  return score === undefined ? [] : [{ key, part: WHOLE, score }];
};

/** Those that only an older model knows come last. */
const requiredMatches = (
  required: ReadonlySet<ImageKey>,
  cosines: ReadonlyMap<ImageKey, number>,
): Match[] => [
  ...[...required].flatMap((key) => matchOf(key, cosines)).sort(byScore),
  ...[...required].filter((key) => !cosines.has(key)).map((key) => ({ key, part: WHOLE, score: 0 })),
];

const byScore = (a: Match, b: Match) => b.score - a.score || a.key - b.key;

/** Of images as a whole; those without an embedding are left out. */
export async function cosinesOf(
  { vectors }: SearchContext,
  vector: Embedding,
  keys: readonly ImageKey[],
  signal?: AbortSignal,
): Promise<Map<ImageKey, number>> {
  const yielder = new YieldController(signal);
  const cosines = new Map<ImageKey, number>();
  for (let start = 0; start < keys.length; start += VECTORS_AT_ONCE) {
    const some = await vectors.embeddings(keys.slice(start, start + VECTORS_AT_ONCE));
    for (const [key, embedding] of some) cosines.set(key, dotProduct(vector, embedding));
    await yielder.yieldIfDue();
  }
  return cosines;
}

/** Compared as they are ranked by cosine; each group of copies is where its best hit is. */
async function mergeAlike(
  context: SearchContext,
  request: Scoped<FindRequest>,
  found: readonly Fused[],
): Promise<RankedHit[]> {
  if (request.collapse === false) return found.map((hit) => ({ ...hit, alike: [] }));
  const threshold = context.embedder.traits.thresholds.similar;
  const vectors = await context.vectors.embeddings(found.map(({ key }) => key));
  const position = new Map(found.map(({ key }, at) => [key, at]));
  const of = (key: ImageKey) => position.get(key) ?? found.length;
  const byCosine = [...found].sort(byScore);
  const groups = await collapse(context, byCosine, vectors, { threshold, signal: request.signal });
  return groups.map((group) => startWithBest(group, found, of)).sort((x, y) => of(x.key) - of(y.key));
}

function startWithBest(group: Collapsed, found: readonly Fused[], of: (key: ImageKey) => number): RankedHit {
  const keys = [group.key, ...group.alike];
  const first = keys.reduce((best, key) => (of(key) < of(best) ? key : best));
  return { ...(found[of(first)] ?? group), alike: keys.filter((key) => key !== first) };
}

/** The answer by its best cosines, or by the words found; examples and models that nobody measured say nothing. */
async function judge(
  context: SearchContext,
  request: Scoped<FindRequest>,
  { question, searched, judging }: JudgedRanking,
  query: (QueryVector & Pick<Best, "nearest">) | undefined,
  copies: readonly ImageKey[],
): Promise<Judged> {
  if (copies.length > 0) return { match: "good" };
  const [found] = question.words.hits;
  const byWords = found && fitOfWords(found.words);
  if (question.isUnsupported) return { match: betterFit("nothing", byWords), looks: "nothing" };
  const positive = question.looks.filter((term) => weightOf(term) > 0);
  if (query === undefined || positive.length === 0 || !positive.every(isText))
    return { match: byWords ?? (query === undefined ? "nothing" : undefined) };
  if (matchThreshold(judging, searched) === undefined) return { match: byWords };
  const vector = await fitVector(context, positive, request.scope, request.signal);
  const nearest = await nearestTo(
    context,
    request,
    positive,
    positive.length === question.looks.length ? query : undefined,
  );
  const cosines = [...(await cosinesOf(context, vector, nearest, request.signal)).values()];
  return { match: betterFit(fitOfAnswer(judging, cosines, searched), byWords), by: { judging, vector } };
}

/** The pictures nearest to the words alone, of which the judge takes the best; known where nothing else was asked. */
async function nearestTo(
  context: SearchContext,
  { scope, signal }: Scoped<FindRequest>,
  words: readonly QueryTerm[],
  query: (QueryVector & Pick<Best, "nearest">) | undefined,
): Promise<ImageKey[]> {
  const vector = query?.embedding ?? (await queryVector(context, words, scope, signal)).embedding;
  const nearest =
    query?.nearest ?? (await context.vectors.nearest({ vector, scope, limit: FIT_CANDIDATES, signal }));
  return nearest.slice(0, FIT_CANDIDATES).map(({ key }) => key);
}
