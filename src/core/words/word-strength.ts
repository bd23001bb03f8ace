import { mayBeMisread, twinPattern } from "./digit-twins.ts";
import { isUnspaced } from "./fold-words.ts";

export interface WordPlace {
  /** Offset in the text. */
  readonly at: number;
  readonly strength: number;
}

/** A word or phrase, folded, ready to be compared with many texts. */
export interface SoughtWord {
  readonly pattern: RegExp;
  /** The same with letters for digits that a reader of text takes for each other; absent where there are none. */
  readonly misread?: RegExp | undefined;
  readonly letters: number;
  readonly isUnspaced: boolean;
}

/** Endings that leave a word the same one. */
const PLURAL = /^(?:s|es)$/;

/** Readers lose spaces, so a phrase is found without them too; spaces that it has not tell words apart. */
export function soughtWord(folded: string): SoughtWord {
  const spaced = (pattern: string) => new RegExp(pattern.replaceAll(" ", " ?"), "gu");
  return {
    pattern: spaced(folded),
    ...(mayBeMisread(folded) && { misread: spaced(twinPattern(folded)) }),
    letters: folded.replaceAll(" ", "").length,
    isUnspaced: isUnspaced(folded),
  };
}

/**
 * Where a word or phrase stands best in a folded text: 1 as a whole word, 0.9 in its plural. Inside a longer word it
 * counts by its length, since a long one stands there on purpose ("mondayagain") and a short one by chance.
 */
export function bestPlace(text: string, word: SoughtWord): WordPlace | undefined {
  return bestOf(text, word, word.pattern);
}

/** Of a text that was read in a picture, where digits and letters are taken for each other: less than what stands there as it is asked for. */
export function bestReadPlace(text: string, word: SoughtWord): WordPlace | undefined {
  const exact = bestPlace(text, word);
  if (exact || !word.misread) return exact;
  const misread = bestOf(text, word, word.misread);
  return misread && { ...misread, strength: MISREAD * misread.strength };
}

const MISREAD = 0.9;

function bestOf(text: string, word: SoughtWord, pattern: RegExp): WordPlace | undefined {
  let best: WordPlace | undefined;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const strength = strengthAt(text, { at: match.index, end: match.index + match[0].length }, word);
    if (strength > (best?.strength ?? 0)) best = { at: match.index, strength };
    if (strength === 1) break;
    pattern.lastIndex = match.index + 1;
  }
  return best;
}

function strengthAt(
  text: string,
  { at, end }: { readonly at: number; readonly end: number },
  { letters, isUnspaced }: SoughtWord,
): number {
  const start = text.lastIndexOf(" ", at) + 1;
  const next = text.indexOf(" ", end);
  const before = text.slice(start, at);
  const after = text.slice(end, next < 0 ? undefined : next);
  const begins = before === "" || isDigit(before.at(-1)) !== isDigit(text[at]);
  const ends = after === "" || isDigit(after[0]) !== isDigit(text[end - 1]);
  if ((begins && ends) || isUnspaced) return 1;
  if (begins && letters >= 3 && PLURAL.test(after)) return 0.9;
  return insideOf(letters, begins ? 0 : before.length, ends ? 0 : after.length);
}

const isDigit = (character: string | undefined) => character !== undefined && /\p{N}/u.test(character);

/** So many letters beside a word of four are words themselves: "exitonly". */
const GLUED_REST = 4;
/** Runs of so many letters are glued more often than they are one word. */
const GLUED_RUN = 10;

/**
 * By the length of the word, and of what stands before and after it in the same run. Three letters stand in nearly every
 * text; four at the end of a run may be a word of their own, which is enough where it is asked for by `text:`.
 */
function insideOf(letters: number, before: number, after: number): number {
  if (letters < 3) return 0;
  if (letters === 3) return 0.05;
  if (letters >= 5) return Math.min(0.8, 0.6 + (letters - 5) * 0.05);
  const isAtEnd = before === 0 || after === 0;
  if (isAtEnd && before + after >= GLUED_REST) return 0.5;
  return isAtEnd || before + letters + after >= GLUED_RUN ? 0.4 : 0.25;
}
