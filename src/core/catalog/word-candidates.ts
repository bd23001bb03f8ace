import { isUnspaced, wordsOf } from "./fold-words.ts";

/** Which rows of `texts` may have a word: a condition in SQL on a row `t`, whose ids `x.rowid` are. */
export interface WordCandidates {
  /** A table, with its alias, whose rowids are ids of texts. */
  readonly from: string;
  readonly where: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const TRIGRAM = 3;

/** Undefined for a text without letters and digits. The rows found have to be compared: some lack the word. */
export function wordCandidates(text: string): WordCandidates | undefined {
  const words = wordsOf(text).split(" ").filter(Boolean);
  const spellings = new Set(words.flatMap(spellingsOf));
  if (spellings.size === 0) return undefined;
  const long = words.filter((word) => clusters(word).length >= TRIGRAM);
  if (long.length > 0) {
    const match = long.map((word) => `(${spellingsOf(word).map(trigrams).join(" OR ")})`).join(" AND ");
    return { from: "text_trigrams x", where: "text_trigrams MATCH @match", parameters: { match } };
  }
  const unspaced = words.find(isUnspaced);
  if (unspaced === undefined) {
    const match = words.map((word) => `(${spellingsOf(word).map(quoted).join(" OR ")})`).join(" AND ");
    return { from: "text_words x", where: "text_words MATCH @match", parameters: { match } };
  }
  const patterns = spellingsOf(unspaced);
  return {
    from: "texts x",
    where: patterns.map((_, at) => `t.words LIKE @like${at}`).join(" OR "),
    parameters: Object.fromEntries(patterns.map((pattern, at) => [`like${at}`, `%${pattern}%`])),
  };
}

/** Texts are indexed as they are written: composed or not (names of files on a Mac are not), half or full width. */
function spellingsOf(word: string): string[] {
  const wide = word.replace(/[!-~]/gu, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
  return [...new Set([word, word.normalize("NFD"), wide])];
}

/** A letter with its marks, which the index leaves out. */
const clusters = (word: string): string[] => word.match(/\P{M}\p{M}*/gu) ?? [];

function trigrams(word: string): string {
  const letters = clusters(word);
  const parts = letters.slice(TRIGRAM - 1).map((_, at) => quoted(letters.slice(at, at + TRIGRAM).join("")));
  return `(${parts.join(" AND ")})`;
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
