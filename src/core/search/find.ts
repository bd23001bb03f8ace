import { UsageError } from "../errors.ts";
import type { FindAnswer, FindRequest, QueryTerm, Scoped } from "../types.ts";
import { fitsOfHits } from "./answer-fit.ts";
import { fittingByDate, isByDate } from "./by-date.ts";
import { decodeCursor, encodeCursor, requestDigest } from "./cursor.ts";
import { rankWithOlder } from "./older-rankings.ts";
import { parseQuery } from "./parsed-query.ts";
import { readHits } from "./read-hits.ts";
import type { OlderAnswers, SearchContext } from "./search-context.ts";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1000;
const NO_OLDER: OlderAnswers = { models: [], notes: [] };

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
  const request = withinOnly(asked);
  const query = await parseQuery(context, request);
  const ranking = { query, searched, wanted: offset + limit + 1 };
  const { hits: ranked, notes, fit } = await rankWithOlder(context, request, ranking, older);
  const isDated = isByDate(request) && request.terms.length > 0;
  const { hits, fits } = isDated
    ? await fittingByDate(context, request, ranked, { searched, fit })
    : { hits: ranked, fits: undefined };
  const page = hits.slice(offset, offset + limit);
  return {
    query: formatQuery(request.terms),
    model: context.embedder.traits.id,
    hits: await readHits(context, request, {
      page,
      offset,
      fits: fits ?? (await fitsOfHits(context, request, page, { searched, fit })),
    }),
    // Words that must be there may leave nothing of what fits.
    match: fit?.match && ranked.length === 0 ? "nothing" : fit?.match,
    ...(query.corrections.length > 0 && { corrections: query.corrections }),
    ...(query.words.unmatched.length > 0 && {
      unmatched: query.words.unmatched.map(({ text }) => text),
    }),
    nextCursor: hits.length > offset + limit ? encodeCursor(digest, offset + limit) : null,
    searched,
    notes: [...query.notes, ...notes],
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
