import type { ImageKey, QueryWord, TextMatch } from "../ports.ts";
import type { FindRequest, Fit, FoundWord, Scope, WordsFound } from "../types.ts";
import type { ParsedText } from "./parse-text.ts";
import type { SearchContext } from "./search-context.ts";

/** Share of a query's words, half of them (less what rounding may take), from which a picture is a hit by its words, whatever it looks like. */
const COVERED = 0.5 - 1e-9;
/** From here on the words alone say that it is what was asked for. */
const WELL_COVERED = 0.75;
/** A word that counts as found when its pictures are counted. */
const PRESENT = 0.5;
const MAX_WORD_HITS = 1000;
const PLACES_SHOWN = 3;

export const fitOfWords = ({ coverage }: WordsFound): Fit =>
  coverage >= WELL_COVERED ? "good" : coverage >= COVERED ? "weak" : "nothing";

export interface WordHit {
  readonly key: ImageKey;
  readonly words: WordsFound;
}

/** What the words of a query find, within the scope. */
export interface WordHits {
  /** Best first. */
  readonly hits: readonly WordHit[];
  /** Every picture of the answer is one of these; undefined when no word is required. */
  readonly required: ReadonlySet<ImageKey> | undefined;
  /** Pictures with the words of a negative term. */
  readonly excluded: ReadonlySet<ImageKey>;
  readonly notes: readonly string[];
}

export const NO_WORDS: WordHits = { hits: [], required: undefined, excluded: new Set(), notes: [] };

export interface WordQuestion {
  readonly wanted: readonly ParsedText[];
  /** Of negative weight. */
  readonly unwanted: readonly ParsedText[];
  readonly sources: FindRequest["wordSources"];
  readonly scope: Scope;
  readonly signal?: AbortSignal | undefined;
}

export async function wordHits(context: SearchContext, question: WordQuestion): Promise<WordHits> {
  const optional = question.wanted.flatMap(({ words }) => words);
  const required = question.wanted.flatMap((text) => text.required);
  const unwanted = question.unwanted.map((text) => [...text.words, ...text.required]);
  const asked = [...optional, ...required, ...unwanted.flat()];
  if (asked.length === 0) return NO_WORDS;
  const { matches, common, complete } = await context.catalog.texts.search({
    words: asked.map((word) => within(word, question.sources)),
    scope: question.scope,
    signal: question.signal,
  });
  const isCommon = asked.map((word) => common.some(({ text }) => text === word.text));
  const positive = optional.length + required.length;
  const images = await context.catalog.images.count(question.scope);
  const weights = idf(asked.slice(0, positive), matches, isCommon, images);
  const mustHave = required.map((_, at) => optional.length + at).filter((at) => !isCommon[at]);
  const hits = matches
    .map(({ key, found }) => ({ key, words: wordsFound(found, weights) }))
    .filter(({ words }) => words.coverage >= COVERED)
    .sort((a, b) => b.words.coverage - a.words.coverage || a.key - b.key);
  return {
    hits: hits.slice(0, MAX_WORD_HITS),
    required:
      required.length === 0
        ? undefined
        : new Set(
            matches.filter(({ found }) => mustHave.every((at) => isPresent(found[at]))).map(({ key }) => key),
          ),
    excluded: excludedBy(matches, unwanted, positive),
    notes: notesOn({ common, complete, required }),
  };
}

const within = (word: QueryWord, sources: WordQuestion["sources"]): QueryWord =>
  sources === undefined
    ? word
    : { ...word, sources: word.sources?.filter((source) => sources.includes(source)) ?? sources };

const isPresent = (found: FoundWord | undefined) => (found?.strength ?? 0) >= PRESENT;

/**
 * How much each word tells, by how few of the pictures in scope have it. A word that none has counts like the others on
 * average: it may be said of what the picture shows ("red"), and is no reason to doubt the words that are there.
 */
function idf(
  words: readonly QueryWord[],
  matches: readonly TextMatch[],
  isCommon: readonly boolean[],
  images: number,
): number[] {
  const having = words.map((_, at) => matches.filter(({ found }) => isPresent(found[at])).length);
  const weights = having.map((some, at) => {
    if (isCommon[at] || some === 0) return 0;
    return Math.log(1 + (images - some + 0.5) / (some + 0.5));
  });
  const known = weights.filter((weight) => weight > 0);
  const average = known.length === 0 ? 1 : known.reduce((sum, weight) => sum + weight) / known.length;
  return weights.map((weight, at) => (having[at] === 0 && !isCommon[at] ? average : weight));
}

function wordsFound(found: readonly (FoundWord | undefined)[], weights: readonly number[]): WordsFound {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const covered = weights.reduce((sum, weight, at) => sum + weight * (found[at]?.strength ?? 0), 0);
  const places = found.slice(0, weights.length).filter((place) => place !== undefined);
  const distinct = new Map(
    places
      .sort((a, b) => b.strength - a.strength)
      .map((place) => [`${place.source} ${place.lineNumber} ${place.line}`, place]),
  );
  return {
    matched: places.filter(isPresent).length,
    of: weights.length,
    coverage: total === 0 ? 0 : covered / total,
    places: [...distinct.values()].slice(0, PLACES_SHOWN),
  };
}

/** A picture with all the words of one negative term, each as a whole word. */
function excludedBy(
  matches: readonly TextMatch[],
  unwanted: readonly (readonly QueryWord[])[],
  first: number,
): Set<ImageKey> {
  const excluded = new Set<ImageKey>();
  let at = first;
  for (const words of unwanted) {
    const positions = words.map((_, index) => at + index);
    at += words.length;
    if (positions.length === 0) continue;
    for (const { key, found } of matches)
      if (positions.every((position) => (found[position]?.strength ?? 0) >= 0.9)) excluded.add(key);
  }
  return excluded;
}

function notesOn({
  common,
  complete,
  required,
}: {
  readonly common: readonly QueryWord[];
  readonly complete: boolean;
  readonly required: readonly QueryWord[];
}): string[] {
  const notes: string[] = [];
  const ignored = required.filter(({ text }) => common.some((word) => word.text === text));
  if (ignored.length > 0)
    notes.push(
      `So many pictures have ${ignored.map(({ text }) => `"${text.slice(0, 40)}"`).join(" and ")} in words that it was not looked for.`,
    );
  if (!complete)
    notes.push("Names and captions are still being prepared for search; some words may not be found yet.");
  return notes;
}
