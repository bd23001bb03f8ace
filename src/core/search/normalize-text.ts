/**
 * Single quotation marks that open before a word and close behind one, as languages pair them: they quote a phrase. An
 * apostrophe ("don\u2019t", "dogs\u2019") is none.
 */
const QUOTED =
  /(?<![\p{L}\p{N}])(?:[\u2018\u201b](?!\s)([^\u2018\u201a\u201b]*?\S)\u2019|\u201a(?!\s)([^\u2018\u201a]*?\S)\u2018|\u2039\s?([^\u2039\u203a]*?\S)\s?\u203a|\u203a(?!\s)([^\u2039\u203a]*?\S)\u2039|[\u300c\u300e]([^\u300c-\u300f]+)[\u300d\u300f])(?![\p{L}\p{N}])/gu;
const SINGLE_QUOTES = /[\u2018\u2019\u201a\u201b\u2032]/gu;
const DOUBLE_QUOTES = /[\u201c-\u201f\u2033\u00ab\u00bb]/gu;
const TRAILING_MARKS = /[\s.,;:!?。、]+$/u;

/** The same words in the spelling that models were trained on: half width, plain quotes, single spaces, no full stop. */
export function normalizeText(text: string): string {
  const plain = text
    .normalize("NFKC")
    .replace(QUOTED, (_, ...phrases) => `"${phrases.find((phrase) => typeof phrase === "string")}"`)
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"');
  const spaced = plain.replace(/\s+/gu, " ").trim();
  return spaced.replace(TRAILING_MARKS, "") || spaced;
}
