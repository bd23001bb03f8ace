import type { Context } from "hono";
import { german } from "./german.ts";
import { germanLabels } from "./german-labels.ts";
import type { SentenceBook } from "./sentence-book.ts";

/** Puts what the core says into a reader's language; what has no words there stays English. */
export type Translate = (english: string) => string;

const BOOKS: Readonly<Record<string, SentenceBook>> = { de: { ...germanLabels, ...german } };

const translators = new Map<string, Translate>();

/** In the language that the request prefers, of those that there are books for; else English. */
export const translatorOf = ({ req }: Context): Translate => translatorFor(req.header("accept-language"));

/** @param accepted the header Accept-Language, best language first */
export function translatorFor(accepted: string | undefined): Translate {
  const tag = tagFor(accepted);
  const book = BOOKS[tag];
  if (!book) return (english) => english;
  const known = translators.get(tag) ?? translatorFrom(book);
  translators.set(tag, known);
  return known;
}

export function tagFor(accepted: string | undefined): string {
  const tags = (accepted ?? "").split(",").map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return tags.find((one) => one === "en" || Object.hasOwn(BOOKS, one)) ?? "en";
}

/** Longer texts are no sentences of ours, and matching takes the square of their length. */
const LONGEST = 5000;
/** With fewer fixed letters than this a pattern fits almost any text: it is only looked for where words are expected. */
const FEWEST_LETTERS = 8;
/** Where several things are said in a row, the widest first. */
const BREAKS = [
  { at: /(?<=[.?!]) /, joint: " " },
  { at: "; ", joint: "; " },
  { at: ": ", joint: ": " },
  { at: ", ", joint: ", " },
];

function translatorFrom(book: SentenceBook): Translate {
  const patterns = Object.entries(book)
    .filter(([english]) => english.includes("{}"))
    .sort(([a], [b]) => fixedLetters(b) - fixedLetters(a))
    .map(([english, meaning]) => ({
      matches: matcherOf(english),
      meaning,
      isVague: fixedLetters(english) < FEWEST_LETTERS,
    }));

  function known(english: string, isWithin = false): string | undefined {
    const whole = Object.hasOwn(book, english) ? book[english] : undefined;
    if (whole !== undefined) return whole;
    for (const { matches, meaning, isVague } of patterns) {
      if (isVague && !isWithin) continue;
      const found = matches.exec(english);
      if (found) return filled(meaning, found.slice(1));
    }
    return undefined;
  }

  const filled = (meaning: string, values: readonly string[]) =>
    meaning.replaceAll(/\{(\d)(!?)\}/g, (_, at: string, isWords: string) => {
      const value = values[Number(at) - 1] ?? "";
      return isWords ? ofWords(value) : value;
    });

  /** A number, a phrase, or several, of which some may be values. */
  function ofWords(value: string): string {
    if (/^\d{1,3}(,\d{3})+$/.test(value)) return value.replaceAll(",", ".");
    const whole = known(value) ?? inParts(value) ?? known(value, true);
    if (whole !== undefined) return whole;
    for (const { at, joint } of BREAKS) {
      const parts = value.split(at);
      if (parts.length > 1) return parts.map(ofWords).join(joint);
    }
    return value;
  }

  /** Several sentences or phrases, each of which is known. */
  function inParts(english: string): string | undefined {
    for (const { at, joint } of BREAKS) {
      const parts = english.split(at);
      if (parts.length === 1) continue;
      const said = parts.map((part) => known(part) ?? inParts(part));
      if (said.every((part) => part !== undefined)) return said.join(joint);
    }
    return undefined;
  }

  return (english) => (english.length > LONGEST ? english : (known(english) ?? inParts(english) ?? english));
}

const fixedLetters = (english: string) => english.replaceAll("{}", "").length;

const matcherOf = (english: string) =>
  new RegExp(`^${english.split("{}").map(literal).join("([\\s\\S]*?)")}$`);

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
