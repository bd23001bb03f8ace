import type { QueryWord } from "../ports.ts";
import type { TextSource } from "../types.ts";
import { normalizeText } from "./normalize-text.ts";

/** What a user's words ask for. */
export interface ParsedText {
  /** What the picture shows, for the model; empty when all of it is to be read. */
  readonly look: string;
  /** What may stand in or beside the picture. */
  readonly words: readonly QueryWord[];
  /** Of `text:` and `name:`: every picture of the answer has all of them. */
  readonly required: readonly QueryWord[];
}

/**
 * `text:word`, `look:"some words"`, `"some words"` or a word. A quote begins a phrase where a word could begin, and one
 * that is not closed runs to the end; a quote after a letter or digit is none ("a 19\" screen").
 */
const PIECE = /(?:\b(text|look|name):)?(?:"([^"]*)(?:"|$)|(\S+))/giu;
const LETTERS = /[\p{L}\p{N}]/u;
/** Symbols and emoji may show something; marks alone ("...", "?!") ask for nothing. */
const SAYS_SOMETHING = /[\p{L}\p{N}\p{S}\p{Extended_Pictographic}]/u;
/** As while somebody is still typing. */
const BARE_OPERATOR = /(?<!\S)(?:text|look|name):(?=\s|$)/giu;
const NAMES: readonly TextSource[] = ["name"];

/** English words that are in every description; other languages' are found to be common by counting. */
const STOP_WORDS = new Set(
  (
    "a an and any are as at be been but by can do does for from had has have he her his how i if in into is it its " +
    "me my near no not of off on one or our out over she so some that the their them then there these they this those " +
    "to under up us was we were what when where which while who with you your " +
    "photo photos picture pictures image images pic pics photograph show showing shows find"
  ).split(" "),
);

/** Operators and quoted phrases are taken out of the words; quotes stay words for the model too. */
export function parseText(text: string): ParsedText {
  const look: string[] = [];
  const words: QueryWord[] = [];
  const required: QueryWord[] = [];
  const asked = text.normalize("NFKC").replace(BARE_OPERATOR, " ");
  for (const [, operator, phrase, word = ""] of normalizeText(asked).matchAll(PIECE)) {
    const value = (phrase ?? word.replaceAll('"', "")).trim();
    if (value === "") continue;
    const kind = operator?.toLowerCase();
    if (kind === "text") required.push({ text: value });
    else if (kind === "name") required.push({ text: value, sources: NAMES });
    else look.push(value);
    if (
      kind === undefined &&
      (phrase !== undefined || !STOP_WORDS.has(value.toLowerCase())) &&
      LETTERS.test(value)
    )
      words.push({ text: value });
  }
  const shown = look.join(" ");
  return {
    look: SAYS_SOMETHING.test(shown) ? shown : "",
    words: uniqueWords(words),
    required: uniqueWords(required),
  };
}

/** Neither shows anything nor has to be read: marks and bare operators. */
export const isEmptyText = ({ look, required }: ParsedText): boolean => look === "" && required.length === 0;

/** Whether `text:` or `name:` leaves only some pictures, whatever the others look like. */
export const requiresWords = (text: string): boolean => parseText(text).required.length > 0;

function uniqueWords(words: readonly QueryWord[]): QueryWord[] {
  const byText = new Map(words.map((word) => [`${word.sources ?? ""}${word.text.toLowerCase()}`, word]));
  return [...byText.values()];
}
