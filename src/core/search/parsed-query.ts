import { UsageError } from "../errors.ts";
import type { Correction, FindRequest, QueryTerm, Scoped } from "../types.ts";
import { isEmptyText, type ParsedText, parseText } from "./parse-text.ts";
import type { SearchContext } from "./search-context.ts";
import { unsupportedWords, unsupportedWordsNote } from "./unsupported-words.ts";
import { correctionsOf, NO_WORDS, type WordHits, wordHits } from "./word-hits.ts";

/** A request as it is understood: what a picture shall look like, and what shall stand in or beside it. */
export interface ParsedQuery {
  /** For the model; empty for a query that is to be read only. */
  readonly looks: readonly QueryTerm[];
  readonly words: WordHits;
  /** The model knows none of the words: what it finds has no meaning. */
  readonly isUnsupported: boolean;
  /** Misspelled words, and what is looked for instead; the model is asked for what was typed. */
  readonly corrections: readonly Correction[];
  readonly notes: readonly string[];
}

export const isText = (term: QueryTerm): term is Extract<QueryTerm, { text: string }> => "text" in term;

export const weightOf = ({ weight = 1 }: QueryTerm): number => weight;

/** With misspelled words corrected. @throws UsageError for a term without words */
export async function parseQuery(context: SearchContext, request: Scoped<FindRequest>): Promise<ParsedQuery> {
  const asTyped = await parseTerms(context, request);
  // What few pictures lack says nothing of how a word is spelt.
  const corrected = request.only ? undefined : await withCorrections(context, request, asTyped);
  return corrected ?? asTyped;
}

async function parseTerms(
  context: SearchContext,
  request: Scoped<FindRequest>,
  corrections: readonly Correction[] = [],
): Promise<ParsedQuery> {
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
          corrections,
          signal: request.signal,
        });
  const { traits } = context.embedder;
  const shown = looks.filter(isText).map(({ text }) => text);
  const unread = shown.flatMap((text) => unsupportedWords(traits, text));
  const isUnsupported =
    unread.length > 0 && looks.every(isText) && unread.length === shown.join(" ").split(/\s+/u).length;
  return {
    looks,
    words,
    isUnsupported,
    corrections,
    notes: [
      ...(unread.length > 0 ? [unsupportedWordsNote(traits, unread)] : []),
      ...corrections.map(({ word, readAs }) => `"${word.slice(0, 40)}" is read as "${readAs.slice(0, 40)}".`),
      ...words.notes,
    ],
  };
}

/**
 * The query with misspelled words corrected: those that no picture in scope has, where a word like them finds some.
 * Undefined when nothing more is found.
 */
async function withCorrections(
  context: SearchContext,
  request: Scoped<FindRequest>,
  asTyped: ParsedQuery,
): Promise<ParsedQuery | undefined> {
  const { wordSources: sources, scope, signal } = request;
  const corrections = await correctionsOf(context, asTyped.words.unknown, { sources, scope, signal });
  if (corrections.length === 0) return undefined;
  const corrected = await parseTerms(context, request, corrections);
  const before = new Map(asTyped.words.hits.map(({ key, words }) => [key, words.matched]));
  const findsMore = corrected.words.hits.some(({ key, words }) => words.matched > (before.get(key) ?? 0));
  return findsMore ? corrected : undefined;
}

function looksOf(term: QueryTerm, parsed: ParsedText | undefined): QueryTerm[] {
  if (!parsed) return [term];
  if (isEmptyText(parsed))
    throw new UsageError('The query is empty. Say what the picture shows, such as "a dog on a beach".');
  return parsed.look === "" ? [] : [{ ...term, text: parsed.look }];
}
