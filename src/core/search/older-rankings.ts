import { ModelError, NotEmbeddedError, PictureError, UsageError } from "../errors.ts";
import type { EmbeddingSpace, FindRequest, Scoped } from "../types.ts";
import type { RankedHit } from "./collapse.ts";
import { type Ranked, type Ranking, rank } from "./rank.ts";
import type { OlderAnswers, SearchContext } from "./search-context.ts";

const OLDER_EVERY = 10;
const OLDER_PLACES =
  "Pictures that only an older model knows are among the hits, at every tenth place or after the others: scores of two models cannot be compared.";
const onlyKnownTo = (space: EmbeddingSpace) =>
  `Only an older model, ${space}, knows the example: it alone was asked, and pictures that it never saw are left out.`;
const NOT_BY_SCORE =
  "Pictures that only an older model knows are left out: a least score means something else under each model.";

/**
 * Scores of two models cannot be compared, so each ranks its own images, and those of older models take every tenth
 * place for as long as there are any, and all places after the last of the others. Dates can be compared.
 */
export async function rankWithOlder(
  context: SearchContext,
  request: Scoped<FindRequest>,
  ranking: Ranking,
  older: OlderAnswers,
): Promise<Ranked> {
  const active = rank(context, request, ranking, { isJudged: true });
  if (request.terms.length === 0 || older.models.length === 0) return withNotes(await active, older.notes);
  if (request.minScore !== undefined) return withNotes(await active, [...older.notes, NOT_BY_SCORE]);
  // Hits by words are of the whole library, and so the active model's; so is how well the answer fits.
  const words = { ...ranking.query.words, hits: [] };
  const byLooks = { ...ranking, query: { ...ranking.query, words } };
  const [first, ...others] = await Promise.allSettled([
    active,
    ...older.models.map((model) => rank({ ...context, ...model }, request, byLooks, { isJudged: false })),
  ]);
  for (const other of others)
    if (other.status === "rejected" && !isExpected(other.reason)) throw other.reason;
  if (first?.status !== "fulfilled")
    return withNotes(await rankAlone(context, request, ranking, older, first?.reason), older.notes);
  const known = new Set(first.value.hits.map(({ key }) => key));
  const olderHits = others
    .flatMap((other) => (other.status === "fulfilled" ? [...other.value.hits] : []))
    .filter(({ key }) => !known.has(key));
  if (olderHits.length === 0) return withNotes(first.value, older.notes);
  const hits = interleaved(first.value.hits, olderHits);
  return withNotes({ ...first.value, hits }, [...older.notes, OLDER_PLACES]);
}

/** An example that only an older model has embedded is a query to that model alone. @throws the problem of the active model */
async function rankAlone(
  context: SearchContext,
  request: Scoped<FindRequest>,
  ranking: Ranking,
  { models }: OlderAnswers,
  problem: unknown,
): Promise<Ranked> {
  if (!(problem instanceof NotEmbeddedError)) throw problem;
  for (const { embedder, everyVector } of models) {
    const alone = { ...context, embedder, vectors: everyVector };
    const ranked = await rank(alone, request, ranking, { isJudged: false }).catch((error: unknown) => {
      if (!isExpected(error)) throw error;
    });
    if (ranked) return withNotes(ranked, [onlyKnownTo(embedder.space)]);
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
  const hits: RankedHit[] = [];
  for (let [a, b] = [0, 0]; a < first.length || b < older.length; ) {
    const isOlders = b < older.length && ((hits.length + 1) % OLDER_EVERY === 0 || a >= first.length);
    const next = isOlders ? older[b++] : first[a++];
    if (next) hits.push(next);
  }
  return hits;
}
