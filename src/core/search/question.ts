import { UsageError } from "../errors.ts";
import type { FindRequest, QueryTerm, Scoped } from "../types.ts";
import { type ParsedText, parseText } from "./parse-text.ts";
import type { SearchContext } from "./search-context.ts";
import { unreadNote, unreadWords } from "./unread-words.ts";
import { NO_WORDS, type WordHits, wordHits } from "./word-hits.ts";

/** A request as it is understood: what a picture shall look like, and what shall stand in or beside it. */
export interface Question {
  /** For the model; empty for a query that is to be read only. */
  readonly looks: readonly QueryTerm[];
  readonly words: WordHits;
  /** The model knows none of the words: what it finds has no meaning. */
  readonly isUnread: boolean;
  readonly notes: readonly string[];
}

export const isText = (term: QueryTerm): term is Extract<QueryTerm, { text: string }> => "text" in term;

export const weightOf = ({ weight = 1 }: QueryTerm): number => weight;

/** @throws UsageError for a term without words */
export async function understand(context: SearchContext, request: Scoped<FindRequest>): Promise<Question> {
  const parsed = request.terms.map((term) => (isText(term) ? parseText(term.text) : undefined));
  const looks = request.terms.flatMap((term, at) => looksOf(term, parsed[at]));
  const texts = (wanted: boolean) =>
    request.terms.flatMap((term, at) => (weightOf(term) > 0 === wanted ? (parsed[at] ?? []) : []));
  const words =
    request.terms.length === 0
      ? NO_WORDS
      : await wordHits(context, {
          wanted: texts(true),
          unwanted: texts(false),
          sources: request.wordSources,
          scope: request.scope,
          signal: request.signal,
        });
  const { traits } = context.embedder;
  const shown = looks.filter(isText).map(({ text }) => text);
  const unread = shown.flatMap((text) => unreadWords(traits, text));
  const isUnread =
    unread.length > 0 && looks.every(isText) && unread.length === shown.join(" ").split(/\s+/u).length;
  return {
    looks,
    words,
    isUnread,
    notes: [...(unread.length > 0 ? [unreadNote(traits, unread)] : []), ...words.notes],
  };
}

function looksOf(term: QueryTerm, parsed: ParsedText | undefined): QueryTerm[] {
  if (!parsed) return [term];
  if (parsed.look !== "") return [{ ...term, text: parsed.look }];
  if (parsed.required.length > 0) return [];
  throw new UsageError('The query is empty. Say what the picture shows, such as "a dog on a beach".');
}
