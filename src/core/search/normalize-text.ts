const SINGLE_QUOTES = /[\u2018\u2019\u201a\u201b\u2032]/gu;
const DOUBLE_QUOTES = /[\u201c-\u201f\u2033\u00ab\u00bb]/gu;
const TRAILING_MARKS = /[\s.,;:!?。、]+$/u;

/** The same words in the spelling that models were trained on: half width, plain quotes, single spaces, no full stop. */
export function normalizeText(text: string): string {
  const plain = text.normalize("NFKC").replace(SINGLE_QUOTES, "'").replace(DOUBLE_QUOTES, '"');
  const spaced = plain.replace(/\s+/gu, " ").trim();
  return spaced.replace(TRAILING_MARKS, "") || spaced;
}
