import { WHOLE } from "../part.ts";
import type { ImageKey, Match } from "../ports.ts";
import type { Embedding, FindRequest, Scoped } from "../types.ts";
import { type AnswerFit, calibrationFor, cosinesOf, fitOfFound } from "./answer-fit.ts";
import { byDateAlone, DATED_MATCHES, isByDate } from "./by-date.ts";
import { type Collapsed, collapse, type RankedHit } from "./collapse.ts";
import { copiesOfExamples, excludedExamples } from "./examples.ts";
import { type FitCalibration, fullCreditFrom, matchThreshold } from "./fit.ts";
import { FUSED_DEPTH, type Fused, fuse } from "./fuse.ts";
import type { ParsedQuery } from "./parsed-query.ts";
import { queryVector } from "./query-vector.ts";
import type { SearchContext } from "./search-context.ts";
import { unseenWordsNote } from "./unsupported-words.ts";
import type { WordHit, WordHits } from "./word-hits.ts";

export interface Ranking {
  readonly query: ParsedQuery;
  /** Images in scope. */
  readonly searched: number;
  /** Number of hits from the best on. */
  readonly wanted: number;
}

export interface Ranked {
  readonly hits: readonly RankedHit[];
  readonly notes: readonly string[];
  /** Absent for pictures by date, and where it was not asked. */
  readonly fit?: AnswerFit | undefined;
}

/**
 * The best hits of one model, near-identical ones merged; so many of them for an order by date.
 * @param isJudged whether it is asked how well they fit, which takes more texts to embed
 */
export async function rank(
  context: SearchContext,
  request: Scoped<FindRequest>,
  { query, searched, wanted }: Ranking,
  { isJudged }: { readonly isJudged: boolean },
): Promise<Ranked> {
  if (request.terms.length === 0) return { hits: await byDateAlone(context, request, wanted), notes: [] };
  const embedded =
    query.looks.length === 0
      ? undefined
      : await queryVector(context, query.looks, request.exampleScope ?? request.scope, request.signal);
  const { except, notes } = await excludedExamples(context, request, embedded, searched);
  const copies = embedded ? await copiesOfExamples(context, request, embedded, query) : [];
  const { calibration, unseenWords } = await calibrationFor(context, query);
  const { hits, nearest } = await bestHits(context, request, {
    vector: embedded?.embedding,
    words: query.words,
    except,
    copies,
    wanted: isByDate(request) && Number.isFinite(wanted) ? DATED_MATCHES : wanted,
    calibration,
    threshold: matchThreshold(calibration, searched) ?? -1,
  });
  const found = { query, searched, calibration, embedded, nearest, copies };
  const fit = isJudged ? await fitOfFound(context, request, found) : undefined;
  const isGuess = unseenWords.length > 0 && fit?.by !== undefined && fit.match !== "good";
  return {
    hits,
    notes: isGuess ? [...notes, unseenWordsNote(context.embedder.traits, unseenWords)] : notes,
    fit,
  };
}

interface Wanted {
  /** Undefined for a query that is to be read only. */
  readonly vector: Embedding | undefined;
  readonly words: WordHits;
  /** Examples, and what is like the disliked ones. */
  readonly except: ReadonlySet<ImageKey>;
  /** Of the examples, nearest first. */
  readonly copies: readonly ImageKey[];
  readonly wanted: number;
  readonly calibration: FitCalibration;
  /** Cosine from which looks count. */
  readonly threshold: number;
}

interface BestHits {
  readonly hits: readonly RankedHit[];
  /** By cosine, before anything was left out; absent where only some images were compared. */
  readonly nearest?: readonly Match[] | undefined;
}

/** Near-identical hits merge, so more are fetched until enough stay apart or there are no more. */
async function bestHits(
  context: SearchContext,
  request: Scoped<FindRequest>,
  { vector, words, except, copies, wanted, calibration, threshold }: Wanted,
): Promise<BestHits> {
  const { scope, signal, minScore = -1 } = request;
  const { required, excluded } = words;
  const isAllowed = (key: ImageKey) =>
    !except.has(key) && !excluded.has(key) && (required === undefined || required.has(key));
  const wordHits = words.hits.filter(({ key }) => isAllowed(key));
  if (vector === undefined)
    return {
      hits: await mergeAlike(
        context,
        request,
        byWordsAlone(wordHits, [...(required ?? [])].filter(isAllowed)),
      ),
    };
  const compared = [...wordHits.map(({ key }) => key), ...(required ?? []), ...copies];
  const cosines = await cosinesOf(context, vector, compared, signal);
  const isHit = ({ key, score }: Match) => score >= minScore && isAllowed(key);
  const first = copies.flatMap((key) => matchOf(key, cosines)).filter(isHit);
  const options = {
    words: wordHits.filter(({ key }) => (cosines.get(key) ?? -1) >= minScore),
    cosines,
    threshold,
    fullCredit: fullCreditFrom(calibration, threshold),
  };
  // As many on every page as the fusion looks at.
  const least = options.words.length > 0 ? FUSED_DEPTH : 0;
  for (
    let limit = Math.max(least, Math.ceil(wanted * 1.5) + 10) + except.size + excluded.size;
    ;
    limit *= 3
  ) {
    const nearest = required
      ? requiredMatches(required, cosines)
      : await context.vectors.nearest({ vector, scope, limit, signal });
    const fused = startingWith(first, fuse(nearest.filter(isHit), options));
    const hits = await mergeAlike(context, request, fused);
    const isExhausted = required || nearest.length < limit || nearest.some(({ score }) => score < minScore);
    // One more than wanted means that all near-identical images of the wanted ones were merged.
    if (hits.length >= wanted || isExhausted) return { hits, nearest: required ? undefined : nearest };
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

/** The best by their words; after them whatever else has all the words that have to be there. */
function byWordsAlone(hits: readonly WordHit[], required: readonly ImageKey[]): Fused[] {
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

/** Compared as they are ranked by cosine; each group of copies is where its best hit is. */
async function mergeAlike(
  context: SearchContext,
  request: Scoped<FindRequest>,
  hits: readonly Fused[],
): Promise<RankedHit[]> {
  if (request.collapse === false) return hits.map((hit) => ({ ...hit, alike: [] }));
  const threshold = context.embedder.traits.thresholds.similar;
  const vectors = await context.vectors.embeddings(hits.map(({ key }) => key));
  const position = new Map(hits.map(({ key }, at) => [key, at]));
  const of = (key: ImageKey) => position.get(key) ?? hits.length;
  const byCosine = [...hits].sort(byScore);
  const groups = await collapse(context, byCosine, vectors, { threshold, signal: request.signal });
  return groups.map((group) => startWithBest(group, hits, of)).sort((x, y) => of(x.key) - of(y.key));
}

function startWithBest(group: Collapsed, hits: readonly Fused[], of: (key: ImageKey) => number): RankedHit {
  const keys = [group.key, ...group.alike];
  const first = keys.reduce((best, key) => (of(key) < of(best) ? key : best));
  return { ...(hits[of(first)] ?? group), alike: keys.filter((key) => key !== first) };
}
