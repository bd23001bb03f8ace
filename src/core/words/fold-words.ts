const NOT_A_WORD = /[^\p{L}\p{N}\p{M}]+/gu;
/** Scripts that set no spaces between words, or glue endings to them: any part of a run may be a word. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

/** The words of a text in one spelling, with single spaces between them; accents are kept. */
export const wordsOf = (text: string): string =>
  text.normalize("NFKC").toLowerCase().replace(NOT_A_WORD, " ").trim();

/** Letters that do not decompose into a plain letter and an accent, and how people without a key for them, and OCR, write them. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  ı: "i",
};

/** The same without accents and special letters: what is compared. "Straße" is "strasse", "Łódź" is "lodz". */
export const foldWords = (text: string): string =>
  wordsOf(text)
    .replace(/[ßæœøłđðı]/gu, (letter) => PLAIN[letter] ?? letter)
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/gu, "")
    .normalize("NFC");

/** Printed as one letter where a text was copied from a book or a page. */
const LIGATURES: readonly (readonly [letters: string, ligature: string])[] = [
  ["ffi", "ﬃ"],
  ["ffl", "ﬄ"],
  ["ff", "ﬀ"],
  ["fi", "ﬁ"],
  ["fl", "ﬂ"],
];

/**
 * How a word may stand in a text as it is written: with its accents or without, composed or not (names of files on a Mac
 * are not), half or full width, with a special letter or with those in its place.
 * @param word of `wordsOf`
 */
export function spellingsOf(word: string): string[] {
  const plain = foldWords(word);
  const special = [
    ...Object.entries(PLAIN).map(([letter, letters]) => [letters, letter] as const),
    ...LIGATURES,
  ];
  const respelled = special.map(([letters, letter]) => plain.replaceAll(letters, letter));
  const spellings = new Set([word, plain, ...respelled]);
  return [...spellings].flatMap((spelling) => [
    ...new Set([spelling, spelling.normalize("NFD"), wide(spelling)]),
  ]);
}

const wide = (word: string) =>
  word.replace(/[!-~]/gu, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

export const isUnspaced = (word: string): boolean => UNSPACED.test(word);
