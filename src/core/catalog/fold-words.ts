const NOT_A_WORD = /[^\p{L}\p{N}\p{M}]+/gu;
/** Scripts that set no spaces between words, or glue endings to them: any part of a run may be a word. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

/** The words of a text in one spelling, with single spaces between them; accents are kept. */
export const wordsOf = (text: string): string =>
  text.normalize("NFKC").toLowerCase().replace(NOT_A_WORD, " ").trim();

/** The same without accents: what is compared. ß stays another letter than ss. */
export const foldWords = (text: string): string =>
  wordsOf(text)
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/gu, "")
    .normalize("NFC");

export const isUnspaced = (word: string): boolean => UNSPACED.test(word);
