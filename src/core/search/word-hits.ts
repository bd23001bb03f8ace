import { enumerate } from "../english.ts";
import type { ImageKey, QueryWord, TextMatch } from "../ports.ts";
import type { Correction, FindRequest, Fit, FoundWord, Scope, TextSource, WordsFound } from "../types.ts";
import { YieldController } from "../yield-controller.ts";
import type { ParsedText } from "./parse-text.ts";
import type { SearchContext } from "./search-context.ts";

/** Share of a query's words, half of them (less what rounding may take), from which a picture is a hit by its words, whatever it looks like. */
const COVERED = 0.5 - 1e-9;
/** From here on the words alone say that it is what was asked for. */
const WELL_COVERED = 0.75;
/** A word that counts as found when its pictures are counted. */
const PRESENT = 0.5;
/** The same of one that has to be there: it was asked for where words stand, so that less is taken for it. */
const PRESENT_IF_REQUIRED = 0.4;
/** What was taken for a misspelled word is a guess, and never well covered. */
const CORRECTED = 0.7;
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
  /** Words that no picture in scope has. */
  readonly unknown: readonly QueryWord[];
  /** Those of them that were to be there, or whose neighbours in the query stand somewhere; others are said of looks. */
  readonly unmatched: readonly QueryWord[];
  readonly notes: readonly string[];
}

export const NO_WORDS: WordHits = {
  hits: [],
  required: undefined,
  excluded: new Set(),
  unknown: [],
  unmatched: [],
  notes: [],
};

export interface WordQuery {
  readonly wanted: readonly ParsedText[];
  /** Of negative weight. */
  readonly unwanted: readonly ParsedText[];
  readonly sources: FindRequest["wordSources"];
  readonly scope: Scope;
  /** What to look for instead of words that are misspelled. */
  readonly corrections: readonly Correction[];
  readonly signal?: AbortSignal | undefined;
}

export async function wordHits(context: SearchContext, question: WordQuery): Promise<WordHits> {
  const optional = question.wanted.flatMap(({ words }) => words);
  const required = question.wanted.flatMap((text) => text.required);
  const unwanted = question.unwanted.map((text) => [...text.words, ...text.required]);
  const asked = [...optional, ...required, ...unwanted.flat()];
  if (asked.length === 0) return NO_WORDS;
  const correction = (word: QueryWord) => question.corrections.find((each) => each.word === word.text);
  const found = await context.catalog.texts.search({
    words: asked.map((word) =>
      within({ ...word, text: correction(word)?.readAs ?? word.text }, question.sources),
    ),
    scope: question.scope,
    signal: question.signal,
  });
  const { common, complete } = found;
  const isGuessed = asked.map((word) => correction(word) !== undefined);
  const yielder = new YieldController(question.signal);
  const matches = isGuessed.includes(true)
    ? await withGuesses(found.matches, isGuessed, yielder)
    : found.matches;
  const isCommon = asked.map((word) =>
    common.some(({ text }) => text === (correction(word)?.readAs ?? word.text)),
  );
  const positive = optional.length + required.length;
  const images = await context.catalog.images.count(question.scope);
  const having = await imagesHaving(matches, positive, yielder);
  const chosen = await choose(
    matches,
    {
      weights: idf(having, isCommon, images),
      mustHave: positionsOf([required], optional.length)[0]?.filter((at) => !isCommon[at]),
      mustNotHave: positionsOf(unwanted, positive),
    },
    yielder,
  );
  const isUnknown = asked.slice(0, positive).map((_, at) => having[at] === 0 && !isCommon[at]);
  const isWritten = isUnknown.includes(false);
  return {
    ...chosen,
    unknown: asked.filter((_, at) => isUnknown[at]),
    unmatched: asked.filter((_, at) => isUnknown[at] && (isWritten || at >= optional.length)),
    notes: notesOn({ common, complete, required }),
  };
}

/** In how many of what may be tens of thousands of images each of the first words stands. */
async function imagesHaving(
  matches: readonly TextMatch[],
  words: number,
  yielder: YieldController,
): Promise<number[]> {
  const having = new Array<number>(words).fill(0);
  for (const { found } of matches) {
    for (const at of having.keys()) if (strengthOf(found[at]) >= PRESENT) having[at] = (having[at] ?? 0) + 1;
    await yielder.yieldIfDue();
  }
  return having;
}

/** Words by their positions in the question. */
interface Wanted {
  /** Of those of positive weight, which come first. */
  readonly weights: readonly number[];
  /** Undefined when no word is required. */
  readonly mustHave: readonly number[] | undefined;
  /** Of each negative term: a picture with all of them, each as a whole word, is left out. */
  readonly mustNotHave: readonly (readonly number[])[];
}

interface Covering {
  readonly match: TextMatch;
  readonly isWhole: boolean;
  readonly coverage: number;
}

/** Only the best get their places. */
async function choose(
  matches: readonly TextMatch[],
  { weights, mustHave, mustNotHave }: Wanted,
  yielder: YieldController,
): Promise<Pick<WordHits, "hits" | "required" | "excluded">> {
  const required = mustHave && new Set<ImageKey>();
  const excluded = new Set<ImageKey>();
  let covering: Covering[] = [];
  for (const match of matches) {
    const { key, found } = match;
    const hasAll = mustHave?.every((at) => strengthOf(found[at]) >= PRESENT_IF_REQUIRED) === true;
    if (hasAll) required?.add(key);
    if (mustNotHave.some((words) => words.every((at) => strengthOf(found[at]) >= 0.9))) excluded.add(key);
    const isWhole = hasAll && mustHave?.length !== 0;
    const coverage = coverageOf(found, weights, isWhole);
    if (coverage >= COVERED) covering.push({ match, isWhole, coverage });
    if (covering.length > 4 * MAX_WORD_HITS) covering = bestOf(covering);
    await yielder.yieldIfDue();
  }
  const hits: WordHit[] = [];
  for (const { match, isWhole } of bestOf(covering)) {
    hits.push({ key: match.key, words: wordsFound(match.found, weights, isWhole) });
    await yielder.yieldIfDue();
  }
  return { hits, required, excluded };
}

const bestOf = (covering: Covering[]) =>
  covering.sort((a, b) => b.coverage - a.coverage || a.match.key - b.match.key).slice(0, MAX_WORD_HITS);

/** Where the words of each term stand among all, which begin at `first`; none for a term without words. */
function positionsOf(terms: readonly (readonly QueryWord[])[], first: number): number[][] {
  let next = first;
  return terms.map((words) => words.map(() => next++)).filter((positions) => positions.length > 0);
}

async function withGuesses(
  matches: readonly TextMatch[],
  isGuessed: readonly boolean[],
  yielder: YieldController,
): Promise<TextMatch[]> {
  const guesses: TextMatch[] = [];
  for (const { key, found } of matches) {
    guesses.push({ key, found: found.map((places, at) => (isGuessed[at] ? places.map(guessed) : places)) });
    await yielder.yieldIfDue();
  }
  return guesses;
}

const guessed = (place: FoundWord): FoundWord => ({ ...place, strength: CORRECTED * place.strength });

/**
 * What misspelled words of a question are taken for. A word that stands somewhere in scope is none, whatever it is.
 */
export async function correctionsOf(
  { catalog }: SearchContext,
  unknown: readonly QueryWord[],
  { sources, scope, signal }: Pick<WordQuery, "sources" | "scope" | "signal">,
): Promise<Correction[]> {
  const { texts } = catalog;
  const closest = (word: QueryWord) => texts.closest(within(word, sources), { scope, signal });
  const corrections: Correction[] = [];
  for (const word of unknown) {
    const parts = word.text.split(" ");
    const readAs =
      parts.length > 1 ? await phraseOf(parts.map((text) => ({ ...word, text }))) : await closest(word);
    if (readAs !== undefined) corrections.push({ word: word.text, readAs });
  }
  return corrections;

  /** With those of its words corrected that stand nowhere; undefined where there are none, or one cannot be. */
  async function phraseOf(parts: readonly QueryWord[]): Promise<string | undefined> {
    const words = parts.map((part) => within(part, sources));
    const { matches, common } = await texts.search({ words, scope, signal });
    const stands = (at: number) =>
      common.some(({ text }) => text === words[at]?.text) ||
      matches.some(({ found }) => strengthOf(found[at]) >= PRESENT);
    const read: string[] = [];
    for (const [at, part] of parts.entries()) {
      const readAs = stands(at) ? part.text : await closest(part);
      if (readAs === undefined) return undefined;
      read.push(readAs);
    }
    return parts.some(({ text }, at) => text !== read[at]) ? read.join(" ") : undefined;
  }
}

const within = (word: QueryWord, sources: WordQuery["sources"]): QueryWord =>
  sources === undefined
    ? word
    : { ...word, sources: word.sources?.filter((source) => sources.includes(source)) ?? sources };

const strengthOf = (places: readonly FoundWord[] | undefined) => places?.[0]?.strength ?? 0;

/**
 * How much each word tells, by how few of the pictures in scope have it. A word that none has counts like the others on
 * average: it may be said of what the picture shows ("red"), and is no reason to doubt the words that are there.
 */
function idf(having: readonly number[], isCommon: readonly boolean[], images: number): number[] {
  const weights = having.map((some, at) => {
    if (isCommon[at] || some === 0) return 0;
    return Math.log(1 + (images - some + 0.5) / (some + 0.5));
  });
  const known = weights.filter((weight) => weight > 0);
  const average = known.length === 0 ? 1 : known.reduce((sum, weight) => sum + weight) / known.length;
  return weights.map((weight, at) => (having[at] === 0 && !isCommon[at] ? average : weight));
}

/** Of equally good places, what stands in the picture says more than what it is called. */
const TELLING: readonly TextSource[] = ["read", "caption", "title", "keyword", "tag", "name"];

const byTelling = (a: FoundWord, b: FoundWord) =>
  b.strength - a.strength || TELLING.indexOf(a.source) - TELLING.indexOf(b.source);

/** @param hasAll whether it has all the words that are required: then it covers half of the query at least */
function coverageOf(found: TextMatch["found"], weights: readonly number[], hasAll: boolean): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const covered = weights.reduce((sum, weight, at) => sum + weight * strengthOf(found[at]), 0);
  const coverage = total === 0 ? 0 : covered / total;
  return hasAll ? Math.max(COVERED, coverage) : coverage;
}

function wordsFound(
  found: readonly (readonly FoundWord[])[],
  weights: readonly number[],
  hasAll: boolean,
): WordsFound {
  const words = found.slice(0, weights.length);
  const distinct = new Map<string, FoundWord>();
  for (const place of words.flat().sort(byTelling)) {
    const { source, lineNumber, line } = place;
    const name = `${source} ${lineNumber} ${line}`;
    if (!distinct.has(name)) distinct.set(name, place);
  }
  return {
    matched: words.filter((of) => strengthOf(of) >= (hasAll ? PRESENT_IF_REQUIRED : PRESENT)).length,
    of: weights.length,
    coverage: coverageOf(found, weights, hasAll),
    places: [...distinct.values()].slice(0, PLACES_SHOWN),
  };
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
      `So many pictures have ${enumerate(ignored.map(({ text }) => `"${text.slice(0, 40)}"`))} in words that it was not looked for.`,
    );
  if (!complete)
    notes.push("Names and captions are still being prepared for search; some words may not be found yet.");
  return notes;
}
