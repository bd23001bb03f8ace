import { find } from "../search/find.ts";
import type { SearchContext } from "../search/search-context.ts";
import type { EvaluationQuestion, LongWork, Scope, SearchQuality } from "../types.ts";
import { type Answered, isAsked, qualityBySource, RANKING_DEPTH } from "./search-quality.ts";

/** Asks every question in scope, and says how well each kind is answered. */
export async function evaluateSearch(
  context: SearchContext,
  scope: Scope,
  questions: readonly EvaluationQuestion[],
  { signal, onProgress }: LongWork = {},
): Promise<SearchQuality[]> {
  const answers: Answered[] = [];
  const asked = questions.filter(isAsked);
  for (const question of asked) {
    signal?.throwIfAborted();
    const { hits, match } = await find(context, {
      terms: [{ text: question.text }],
      scope,
      limit: RANKING_DEPTH,
      signal,
      // A name or caption would find itself.
      ...(isOwnWord(question) && { wordSources: [] }),
    });
    answers.push({ question, hits: hits.map(({ id, alike }) => [id, ...alike]), match });
    onProgress?.({ stage: "asking", done: answers.length, total: asked.length });
  }
  return qualityBySource(
    answers,
    questions.filter((question) => !isAsked(question)),
  );
}

const isOwnWord = ({ source }: EvaluationQuestion) => source !== "file" && source !== "marks";
