import type { EvaluationQuestion, Fit, ImageId, QuestionSource, SearchQuality } from "../types.ts";
import { estimate } from "./bootstrap.ts";

/** Hits that are looked at. */
export const RANKING_DEPTH = 100;
const PRECISION_AT = 10;

/** What a search gave for a question. A hit may stand for several images, copies of one picture. */
export interface Answered {
  readonly question: EvaluationQuestion;
  readonly hits: readonly (readonly ImageId[])[];
  readonly match?: Fit | undefined;
}

const SOURCES: readonly QuestionSource[] = ["file", "marks", "captions", "names", "tags"];

/** Whether its right images, where it has any, are in the scope. */
export const isAsked = ({ right, rightOutside = 0 }: EvaluationQuestion): boolean =>
  right.length > 0 || rightOutside === 0;

/** By source, those that have questions. @param unasked those whose right images lie outside the scope */
export const qualityBySource = (
  answers: readonly Answered[],
  unasked: readonly EvaluationQuestion[] = [],
): SearchQuality[] =>
  SOURCES.flatMap((source) => {
    const own = answers.filter(({ question }) => question.source === source);
    const outside = unasked.filter((question) => question.source === source);
    return own.length + outside.length > 0 ? [qualityOf(source, own, outside)] : [];
  });

function qualityOf(
  source: QuestionSource,
  answers: readonly Answered[],
  unasked: readonly EvaluationQuestion[],
): SearchQuality {
  const answerable = answers.filter(({ question }) => question.right.length > 0);
  const unanswerable = answers.filter(({ question }) => question.right.length === 0);
  const refused = (some: readonly Answered[]) => some.filter(({ match }) => match === "nothing").length;
  const recallAt = (count: number) => estimate(answerable.map((answer) => recall(answer, count)));
  return {
    source,
    answerable: answerable.length,
    recallAt1: recallAt(1),
    recallAt5: recallAt(5),
    recallAt10: recallAt(10),
    reciprocalRank: estimate(answerable.map(reciprocalRank)),
    precisionAt10: estimate(answerable.map(precision)),
    refused: refused(answerable),
    unanswerable: unanswerable.length,
    rightlyRefused: refused(unanswerable),
    outside: {
      images: [...unasked, ...answers.map(({ question }) => question)].reduce(
        (sum, { rightOutside = 0 }) => sum + rightOutside,
        0,
      ),
      questions: unasked.length,
    },
    unjudged: answers.filter(({ match }) => match === undefined).length,
  };
}

/** Of as many right images as could be among the first `count`. */
function recall({ question, hits }: Answered, count: number): number {
  const found = new Set(hits.slice(0, count).flat());
  const right = question.right.filter((id) => found.has(id)).length;
  return Math.min(1, right / Math.min(count, question.right.length));
}

/** 1 / rank of the first right hit, 0 when there is none among the first hundred. */
export function reciprocalRank({ question, hits }: Answered): number {
  const right = new Set(question.right);
  const at = hits.slice(0, RANKING_DEPTH).findIndex((ids) => ids.some((id) => right.has(id)));
  return at === -1 ? 0 : 1 / (at + 1);
}

function precision({ question, hits }: Answered): number {
  const right = new Set(question.right);
  const first = hits.slice(0, PRECISION_AT);
  if (first.length === 0) return 0;
  return first.filter((ids) => ids.some((id) => right.has(id))).length / first.length;
}
