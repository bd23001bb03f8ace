import { isUnspaced } from "./fold-words.ts";

export interface WordPlace {
  /** Offset in the text. */
  readonly at: number;
  readonly strength: number;
}

/** Endings that leave a word the same one. */
const PLURAL = /^(?:s|es)$/;

/**
 * Where a word or phrase stands best in a text, both folded: 1 as a whole word, 0.9 in its plural. Inside a longer
 * word it counts by its length, since a long one stands there on purpose ("mondayagain") and a short one by chance.
 */
export function bestPlace(text: string, word: string): WordPlace | undefined {
  let best: WordPlace | undefined;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const strength = strengthAt(text, word, at);
    if (strength > (best?.strength ?? 0)) best = { at, strength };
    if (strength === 1) break;
  }
  return best;
}

function strengthAt(text: string, word: string, at: number): number {
  const begins = at === 0 || text[at - 1] === " " || isDigit(text[at - 1]) !== isDigit(word[0]);
  const end = text.indexOf(" ", at + word.length);
  const rest = text.slice(at + word.length, end < 0 ? undefined : end);
  const ends = rest === "" || isDigit(rest[0]) !== isDigit(word.at(-1));
  if ((begins && ends) || isUnspaced(word)) return 1;
  if (begins && word.length >= 3 && PLURAL.test(rest)) return 0.9;
  return insideOf(word.length);
}

const isDigit = (character: string | undefined) => character !== undefined && /\p{N}/u.test(character);

/** By the length of the word; shorter ones than three letters stand in nearly every text. */
function insideOf(length: number): number {
  if (length < 3) return 0;
  if (length < 5) return length === 3 ? 0.05 : 0.25;
  return Math.min(0.8, 0.6 + (length - 5) * 0.05);
}
