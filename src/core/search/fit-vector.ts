import type { Embedding, QueryTerm, Scope } from "../types.ts";
import { unitMean } from "../vector.ts";
import { queryVector } from "./query-vector.ts";
import type { SearchContext } from "./search-context.ts";

/** A model may have dozens, and each is a text to embed. */
const MOST_TEMPLATES = 4;

/** The ways in which a text is put to the model to judge an answer: as it is, and in the model's templates for labels. */
export function wordings(text: string, templates: readonly string[]): string[] {
  const short = text.replace(/^(?:an?|the)\s+/iu, "");
  const put = templates.slice(0, MOST_TEMPLATES).map((template) => template.replaceAll("{}", () => short));
  return [...new Set([text, ...put.filter((wording) => wording !== short)])];
}

/**
 * What answers to these words are judged by: the mean of their vectors in several wordings, which depends less on how a
 * question happens to be put than one of them does. The ranking is by the words as they are.
 */
export async function fitVector(
  context: SearchContext,
  terms: readonly Extract<QueryTerm, { text: string }>[],
  scope: Scope,
  signal?: AbortSignal,
): Promise<Embedding> {
  const { templates } = context.embedder.traits;
  const perTerm = terms.map(({ text }) => wordings(text, templates));
  const count = Math.max(...perTerm.map(({ length }) => length));
  const vectors: Embedding[] = [];
  for (let at = 0; at < count; at++) {
    const worded = terms.map((term, index) => ({ ...term, text: perTerm[index]?.[at] ?? term.text }));
    vectors.push((await queryVector(context, worded, scope, signal)).embedding);
  }
  return unitMean(vectors);
}
