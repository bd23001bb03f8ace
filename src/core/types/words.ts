import type { FractionBox } from "./text.ts";

/**
 * Where words about a picture stand. `name`: of a file, with the folders below the added one, or of an attachment;
 * `tag`: put by a user; `read`: in the picture itself; `keyword`: a tag that the file carries; `title`: its title and description.
 */
export type TextSource = "name" | "caption" | "tag" | "read" | "keyword" | "title";

/** What a file or its sidecar says of its picture. Untrusted text. */
export interface CarriedWords {
  readonly keywords: readonly string[];
  /** Titles and descriptions, every language. */
  readonly titles: readonly string[];
}

/** The best place where a word of a query was found. Untrusted text. */
export interface FoundWord {
  readonly source: TextSource;
  /** The line that it stands in. */
  readonly line: string;
  /** Of the lines of that text, from 0: for `read`, that of the line as it was stored. */
  readonly lineNumber: number;
  /** 1 for a whole word or phrase, less inside a longer word. */
  readonly strength: number;
}

/** Where a hit has a word. */
export interface WordPlace extends FoundWord {
  /** Of a line that was read in the picture: the upright rectangle around it. */
  readonly box?: FractionBox | undefined;
  /** Degrees that its reading direction is turned clockwise, -180 to 180. */
  readonly angle?: number | undefined;
  /** In what moves: when the line stands there first. */
  readonly atMs?: number | undefined;
}

/** A word of a query that stands nowhere, taken for one that does. */
export interface Correction {
  readonly word: string;
  readonly readAs: string;
}
