/** Digits, and letters that readers of text in pictures take for them, as folded texts have them. */
const TWINS = ["0o", "1il", "5s", "8b"];
const DIGIT = /\p{N}/u;
const ANY_TWIN = /[0o1il5s8b]/gu;

/** Shorter ones stand in too many texts. */
const LEAST_LETTERS = 4;

const twinsOf = (letter: string): string => TWINS.find((twins) => twins.includes(letter)) ?? letter;

/** Whether a reader may have written this word or phrase, folded, with a letter for a digit or the other way round: codes, numbers. */
export const mayBeMisread = (folded: string): boolean =>
  folded.length >= LEAST_LETTERS && DIGIT.test(folded) && folded.search(ANY_TWIN) >= 0;

/** Of a regular expression that finds them all. */
export const twinPattern = (folded: string): string =>
  folded.replace(ANY_TWIN, (letter) => `[${twinsOf(letter)}]`);

/** Each of the ways in which a few letters may stand in a text. */
export const twinSpellings = (letters: string): string[] =>
  [...letters].reduce<string[]>(
    (begun, letter) => begun.flatMap((start) => [...twinsOf(letter)].map((twin) => start + twin)),
    [""],
  );
