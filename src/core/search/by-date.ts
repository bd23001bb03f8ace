import { comparePaths } from "../compare-paths.ts";
import { imageDate, orderOf } from "../dates/picture-date.ts";
import { UsageError } from "../errors.ts";
import { WHOLE } from "../part.ts";
import type { ImageKey } from "../ports.ts";
import type { FindRequest, Fit, ImageRecord, Scoped } from "../types.ts";
import { type AnswerFit, fitsOfHits } from "./answer-fit.ts";
import type { RankedHit } from "./collapse.ts";
import type { SearchContext } from "./search-context.ts";

/** Only of so many best matches those that fit are put in an order by date: beyond them, relevance would be lost. */
export const DATED_MATCHES = 200;

export const isByDate = ({ sort }: Pick<FindRequest, "sort">): boolean =>
  sort === "newest" || sort === "oldest";

/**
 * The good ones; without any, the weak ones. Of what nothing is known of, and where none fits, those with at least half
 * of the best one's score.
 */
function fitting(matches: readonly RankedHit[], fits: ReadonlyMap<ImageKey, Fit>): readonly RankedHit[] {
  const wanted = (["good", "weak"] as const).find((fit) => matches.some(({ key }) => fits.get(key) === fit));
  const best = Math.max(0, ...matches.map(({ score }) => score));
  return matches.filter(({ key, score }) => {
    const fit = fits.get(key);
    return wanted === undefined || fit === undefined ? score >= best / 2 : fit === wanted;
  });
}

interface DatedHits {
  readonly hits: readonly RankedHit[];
  /** Of all ranked hits; undefined where nothing was chosen by them. */
  readonly fits?: ReadonlyMap<ImageKey, Fit> | undefined;
}

/** What fits, by date; all of it where everything, or all above a least score, was asked for. */
export async function fittingByDate(
  context: SearchContext,
  request: Scoped<FindRequest>,
  ranked: readonly RankedHit[],
  by: { readonly searched: number; readonly fit: AnswerFit | undefined },
): Promise<DatedHits> {
  const isWhole = request.limit === "all" || request.minScore !== undefined;
  if (isWhole) return { hits: await sortByDate(context, request, ranked) };
  const fits = await fitsOfHits(context, request, ranked, by);
  return { hits: await sortByDate(context, request, fitting(ranked, fits)), fits };
}

export async function byDateAlone(
  context: SearchContext,
  request: Scoped<FindRequest>,
  wanted: number,
): Promise<RankedHit[]> {
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
  matches: readonly RankedHit[],
): Promise<RankedHit[]> {
  const images = await context.catalog.images.byKey(
    matches.map(({ key }) => key),
    request.scope,
    "first",
  );
  const facts = new Map(
    images.map(({ key, record }) => [key, { order: orderIn(record, request.sort), path: firstPath(record) }]),
  );
  const of = (key: ImageKey) => facts.get(key) ?? { order: UNDATED, path: "" };
  return [...matches].sort((one, other) => {
    const [a, b] = [of(one.key), of(other.key)];
    return a.order - b.order || comparePaths(a.path, b.path) || other.score - one.score;
  });
}

const UNDATED = Number.MAX_VALUE;

/** Undated pictures come last in either order. */
function orderIn(record: ImageRecord, sort: FindRequest["sort"]): number {
  const date = imageDate(record);
  if (date === null) return UNDATED;
  return sort === "newest" ? -orderOf(date) : orderOf(date);
}

/** Posts have none and come last. */
const firstPath = ({ placements }: ImageRecord) =>
  placements.find((placement) => placement.kind === "file")?.path ?? "\uffff";
