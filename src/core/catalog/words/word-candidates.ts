import { mayBeMisread, twinSpellings } from "../../words/digit-twins.ts";
import { isUnspaced, spellingsOf, wordsOf } from "../../words/fold-words.ts";

/** Which rows of `texts` may have a word: a condition in SQL on a row `t`, whose ids `x.rowid` are. */
export interface WordCandidates {
  /** A table, with its alias, whose rowids are ids of texts. */
  readonly from: string;
  readonly where: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const TRIGRAM = 3;

/**
 * Each of these finds some of the rows; none for a text without letters and digits. The rows have to be compared: some
 * lack the word.
 */
export function wordCandidates(text: string): WordCandidates[] {
  const words = wordsOf(text).split(" ").filter(Boolean);
  if (words.length === 0) return [];
  const long = words.filter((word) => clusters(word).length >= TRIGRAM);
  if (long.length > 0) return [byTrigrams(long)];
  const unspaced = words.find(isUnspaced);
  if (unspaced !== undefined) return [byPattern(unspaced)];
  // Short words by themselves, and glued to each other.
  const together = words.join("");
  return [
    byWords(words),
    ...(words.length > 1 && clusters(together).length >= TRIGRAM ? [byTrigrams([together])] : []),
  ];
}

function byTrigrams(words: readonly string[]): WordCandidates {
  // A spelling may be too short for this index: "ﬁt".
  const spellings = (word: string) =>
    spellingsOf(word).filter((spelling) => clusters(spelling).length >= TRIGRAM);
  const match = words.map((word) => `(${spellings(word).map(trigrams).join(" OR ")})`).join(" AND ");
  return { from: "text_trigrams x", where: "text_trigrams MATCH @match", parameters: { match } };
}

function byWords(words: readonly string[]): WordCandidates {
  const match = words.map((word) => `(${spellingsOf(word).map(quoted).join(" OR ")})`).join(" AND ");
  return { from: "text_words x", where: "text_words MATCH @match", parameters: { match } };
}

function byPattern(word: string): WordCandidates {
  const patterns = spellingsOf(word);
  return {
    from: "texts x",
    where: patterns.map((_, at) => `t.words LIKE @like${at}`).join(" OR "),
    parameters: Object.fromEntries(patterns.map((pattern, at) => [`like${at}`, `%${pattern}%`])),
  };
}

/** A letter with its marks, which the index leaves out. */
const clusters = (word: string): string[] => word.match(/\P{M}\p{M}*/gu) ?? [];

function trigrams(word: string): string {
  const letters = clusters(word);
  const spellings = mayBeMisread(word) ? twinSpellings : (trigram: string) => [trigram];
  const parts = letters.slice(TRIGRAM - 1).map((_, at) => {
    const each = spellings(letters.slice(at, at + TRIGRAM).join("")).map(quoted);
    return each.length === 1 ? each[0] : `(${each.join(" OR ")})`;
  });
  return `(${parts.join(" AND ")})`;
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
