import type { ImageKey, QueryWord, TextMatch } from "../ports.ts";
import { sortInSlices } from "../sort-in-slices.ts";
import type { FoundWord, TextSource } from "../types.ts";
import type { YieldController } from "../yield-controller.ts";
import { foldWords } from "./fold-words.ts";
import { bestPlace, bestReadPlace, type SoughtWord, soughtWord } from "./word-strength.ts";

/** Words that more images in scope have tell none apart: 2 % of a million. */
const COMMON = 20_000;

/** Of a line that is shown; a line of words read in a picture is never longer. */
const LONGEST_LINE = 500;

/** Words that go with an image. */
export interface TextRow {
  readonly image: ImageKey;
  readonly source: TextSource;
  readonly words: string;
}

/** Shared: tens of thousands of empty arrays are as many for the garbage collector to move. */
const NOWHERE: readonly FoundWord[] = [];

/** What was found so far, of each image and word the best place in each source. */
export class FoundWords {
  readonly words: readonly QueryWord[];
  readonly #sought: readonly (SoughtWord | undefined)[];
  readonly #images = new Map<ImageKey, (readonly FoundWord[])[]>();
  readonly #imagesWith: number[];

  constructor(words: readonly QueryWord[]) {
    this.words = words;
    this.#sought = words.map(({ text }) => {
      const folded = foldWords(text);
      return folded === "" ? undefined : soughtWord(folded);
    });
    this.#imagesWith = words.map(() => 0);
  }

  isCommon(at: number): boolean {
    return (this.#imagesWith[at] ?? 0) > COMMON;
  }

  compare(at: number, text: FoldedText): void {
    const { image, source } = text;
    const word = this.#sought[at];
    const sources = this.words[at]?.sources;
    if (!word || (sources && !sources.includes(source)) || this.isCommon(at)) return;
    const place = placeOf(word, text);
    if (place === undefined) return;
    const found = this.#images.get(image) ?? this.words.map(() => NOWHERE);
    const before = found[at] ?? NOWHERE;
    if (before.length === 0) this.#imagesWith[at] = (this.#imagesWith[at] ?? 0) + 1;
    found[at] = withPlace(before, place);
    this.#images.set(image, found);
  }

  async result(yielder: YieldController): Promise<{ matches: TextMatch[]; common: QueryWord[] }> {
    const isCommon = this.words.map((_, at) => this.isCommon(at));
    const matches: TextMatch[] = [];
    for (const [key, found] of this.#images) {
      for (const at of isCommon.keys()) if (isCommon[at]) found[at] = NOWHERE;
      if (found.some((places) => places.length > 0)) matches.push({ key, found });
      await yielder.yieldIfDue();
    }
    return {
      matches: await sortInSlices(matches, (a, b) => a.key - b.key, yielder),
      common: this.words.filter((_, at) => isCommon[at]),
    };
  }
}

/** Best first, one of each source. */
function withPlace(places: readonly FoundWord[], place: FoundWord): readonly FoundWord[] {
  if (places.length === 0) return [place];
  const same = places.find(({ source }) => source === place.source);
  if (same && same.strength >= place.strength) return places;
  return [...places.filter((other) => other !== same), place].sort((a, b) => b.strength - a.strength);
}

/** A text as it is compared: its folded lines, one after another, so that a phrase may run on in the next line. */
export interface FoldedText {
  readonly image: ImageKey;
  readonly source: TextSource;
  readonly lines: readonly string[];
  readonly folded: string;
  /** Where each line ends in `folded`. */
  readonly ends: readonly number[];
}

export function foldText({ image, source, words }: TextRow): FoldedText {
  const lines = words.split("\n");
  let folded = "";
  const ends = lines.map((line) => {
    const more = foldWords(line);
    folded += folded === "" || more === "" ? more : ` ${more}`;
    return folded.length;
  });
  return { image, source, lines, folded, ends };
}

/** The place of a phrase is where it begins. */
function placeOf(word: SoughtWord, { source, lines, folded, ends }: FoldedText): FoundWord | undefined {
  const place = source === "read" ? bestReadPlace(folded, word) : bestPlace(folded, word);
  if (place === undefined) return undefined;
  const lineNumber = ends.findIndex((end) => end > place.at);
  const line = (lines[lineNumber] ?? "").slice(0, LONGEST_LINE);
  return { source, line, lineNumber, strength: place.strength };
}
