import type { TextLine } from "../types.ts";

/** Readers are surer of letters that they know. Of clear print in other scripts, the mean of a line is seldom higher. */
const UNSURE = 0.93;
/** Shorter words are too often names and abbreviations. */
const LEAST_LETTERS = 3;
/** Of the letters in words of that length: from here on, what is garbled is no single odd name. */
const MUCH = 0.4;

const WORD = /[\p{L}\p{N}△*]+/gu;
const LATIN = /\p{sc=Latin}/u;
/** Letters without a double in the Latin script: a word of both is one that was guessed. */
const OTHER_SCRIPT = /(?!\p{sc=Latin})\p{L}|△/u;
/** "iPhone", "McDonald", "YouTube"; and words that a reader glued: "mauresmoFRA". */
const CAMEL_CASE = /^\p{Lu}?\p{Ll}+(?:\p{Lu}\p{Ll}+)+$|^\p{Lu}?\p{Ll}{3,}\p{Lu}{2,}$/u;
/** A capital after a small letter, a small one after capitals, a digit or mark beside small ones: "PeMOHT", "CTOn", "9nekTp03HeprBo". */
const JUMBLED =
  /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}(?!\p{Ll}*s$)|\p{Ll}[\p{N}*]\p{L}|\p{L}[\p{N}*]\p{Ll}|^\p{N}\p{Ll}{3}/u;

const isGuessed = (word: string): boolean => LATIN.test(word) && OTHER_SCRIPT.test(word);
const isJumbled = (word: string): boolean => JUMBLED.test(word) && !CAMEL_CASE.test(word);

const wordsOf = (text: string): string[] =>
  (text.match(WORD) ?? []).filter((word) => word.length >= LEAST_LETTERS);
const lettersIn = (words: readonly string[]): number => words.join("").length;

/**
 * Which lines of a picture are in a script that its reader does not know, and were put into letters that look like it
 * ("BHNMAHИE"): none, unless much of the text is so. Single words of look-alikes ("KACCA") cannot be told.
 */
export function garbledLines(lines: readonly Pick<TextLine, "text" | "confidence">[]): boolean[] {
  const garbled = lines.map(({ text, confidence }) =>
    wordsOf(text).filter((word) => isGuessed(word) || (confidence < UNSURE && isJumbled(word))),
  );
  const words = garbled.flat();
  const share = lettersIn(words) / lettersIn(lines.flatMap(({ text }) => wordsOf(text)));
  const isSo = share >= MUCH && (words.length > 1 || words.some(isGuessed));
  return garbled.map((some) => isSo && some.length > 0);
}
