import type { ImageKey, Match } from "../ports.ts";
import type { Embedding, FindRequest, Fit, QueryTerm, Scoped } from "../types.ts";
import { dotProduct } from "../vector.ts";
import { YieldController } from "../yield-controller.ts";
import type { RankedHit } from "./collapse.ts";
import {
  betterFit,
  FIT_CANDIDATES,
  type FitCalibration,
  fitOfAnswer,
  fitOfCosine,
  matchThreshold,
} from "./fit.ts";
import { libraryFitCalibration } from "./fit-calibration.ts";
import { fitVector } from "./fit-vector.ts";
import { isText, type ParsedQuery, weightOf } from "./parsed-query.ts";
import { type QueryVector, queryVector } from "./query-vector.ts";
import { rarityOf } from "./rarity.ts";
import type { SearchContext } from "./search-context.ts";
import { unsupportedWords } from "./unsupported-words.ts";
import { fitOfWords } from "./word-hits.ts";

/** Vectors read between two yields to the event loop. */
const VECTORS_AT_ONCE = 1000;

/** How well an answer fits its query, and what its single hits are judged by. */
export interface AnswerFit {
  readonly match: Fit | undefined;
  /** Absent where cosines say nothing. */
  readonly by?: { readonly calibration: FitCalibration; readonly vector: Embedding } | undefined;
  /** What the looks of every hit say, where they are not judged by cosines. */
  readonly looks?: Fit | undefined;
}

/** The model as it judges answers to this query, and the words of it that no training picture showed. */
export async function calibrationFor(
  context: SearchContext,
  { looks }: ParsedQuery,
): Promise<{ readonly calibration: FitCalibration; readonly unseenWords: readonly string[] }> {
  const calibration = await libraryFitCalibration(context);
  const wanted = looks.filter(isText).filter((term) => weightOf(term) > 0);
  if (wanted.length === 0) return { calibration, unseenWords: [] };
  const { rarity, unseenWords } = await rarityOf(
    context.embedder,
    wanted.map(({ text }) => text),
  );
  const { traits } = context.embedder;
  return {
    calibration: { ...calibration, rarity },
    unseenWords: unseenWords.filter((word) => word.length > 2 && unsupportedWords(traits, word).length === 0),
  };
}

/** What was found for a query, before anything was left out or merged. */
interface Found {
  readonly query: ParsedQuery;
  /** Images in scope. */
  readonly searched: number;
  readonly calibration: FitCalibration;
  /** Undefined for a query that is to be read only. */
  readonly embedded: QueryVector | undefined;
  /** By cosine; absent where only some images were compared. */
  readonly nearest?: readonly Match[] | undefined;
  /** Of the examples. */
  readonly copies: readonly ImageKey[];
}

/** By the best cosines, or by the words found; examples and models that nobody measured say nothing. */
export async function fitOfFound(
  context: SearchContext,
  request: Scoped<FindRequest>,
  { query, searched, calibration, embedded, nearest, copies }: Found,
): Promise<AnswerFit> {
  if (copies.length > 0) return { match: "good" };
  const [best] = query.words.hits;
  const byWords = best && fitOfWords(best.words);
  if (query.isUnsupported) return { match: betterFit("nothing", byWords), looks: "nothing" };
  const positive = query.looks.filter((term) => weightOf(term) > 0);
  if (embedded === undefined || positive.length === 0 || !positive.every(isText))
    return { match: byWords ?? (embedded === undefined ? "nothing" : undefined) };
  if (matchThreshold(calibration, searched) === undefined) return { match: byWords };
  const vector = await fitVector(context, positive, request.scope, request.signal);
  const isAll = positive.length === query.looks.length;
  const candidates = await nearestTo(context, request, positive, isAll ? { embedded, nearest } : undefined);
  const cosines = [...(await cosinesOf(context, vector, candidates, request.signal)).values()];
  return {
    match: betterFit(fitOfAnswer(calibration, cosines, searched), byWords),
    by: { calibration, vector },
  };
}

/** The pictures nearest to the words alone, of which the best are judged; known where nothing else was asked. */
async function nearestTo(
  context: SearchContext,
  { scope, signal }: Scoped<FindRequest>,
  words: readonly QueryTerm[],
  known: { readonly embedded: QueryVector; readonly nearest: readonly Match[] | undefined } | undefined,
): Promise<ImageKey[]> {
  const { embedding: vector } = known?.embedded ?? (await queryVector(context, words, scope, signal));
  const nearest =
    known?.nearest ?? (await context.vectors.nearest({ vector, scope, limit: FIT_CANDIDATES, signal }));
  return nearest.slice(0, FIT_CANDIDATES).map(({ key }) => key);
}

/** Of single hits, by what the answer was judged by. */
export async function fitsOfHits(
  context: SearchContext,
  { signal }: FindRequest,
  hits: readonly RankedHit[],
  { searched, fit }: { readonly searched: number; readonly fit: AnswerFit | undefined },
): Promise<Map<ImageKey, Fit>> {
  const by = fit?.by;
  const keys = hits.map(({ key }) => key);
  const cosines = by ? await cosinesOf(context, by.vector, keys, signal) : new Map<ImageKey, number>();
  const fits = new Map<ImageKey, Fit>();
  for (const { key, words, isCopy } of hits) {
    const cosine = cosines.get(key);
    const looks = by && cosine !== undefined ? fitOfCosine(by.calibration, cosine, searched) : fit?.looks;
    const fitOfHit = isCopy ? "good" : betterFit(looks, words && fitOfWords(words));
    if (fitOfHit) fits.set(key, fitOfHit);
  }
  return fits;
}

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
