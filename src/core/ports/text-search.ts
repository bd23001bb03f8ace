import type { FoundWord, ImageId, Scope, TextSource } from "../types.ts";
import type { ImageKey } from "./images.ts";

/**
 * A word, or a phrase whose words stand together, with spaces between them or without. Case, accents, width, ligatures
 * and punctuation do not matter, and ß is ss.
 */
export interface QueryWord {
  readonly text: string;
  /** Default: all. */
  readonly sources?: readonly TextSource[] | undefined;
}

export interface TextSearchRequest {
  readonly words: readonly QueryWord[];
  /**
   * Words are found where the viewer may see them: a name, a caption and what a file carries by its own placement, others
   * by the image.
   */
  readonly scope: Scope;
  readonly signal?: AbortSignal | undefined;
}

export interface TextMatch {
  readonly key: ImageKey;
  /** Of each requested word: the best place in each source that has it, best first. */
  readonly found: readonly (readonly FoundWord[])[];
}

export interface TextMatches {
  /** Images with at least one of the words, by key. */
  readonly matches: readonly TextMatch[];
  /** Words that so many of the images in scope have that they tell none apart; they are left out of `matches`. */
  readonly common: readonly QueryWord[];
  /** False while the words of an older library are still being indexed. */
  readonly complete: boolean;
}

/**
 * The words that go with pictures. Names, captions, tags and keywords follow what is stored of files, posts and tags by
 * themselves; other words are put. All of them are erased with what they belong to.
 */
export interface TextSearch {
  /** Nothing in the result, counts included, depends on what lies outside the scope. Yields to the event loop. */
  search(request: TextSearchRequest): Promise<TextMatches>;
  /**
   * The word that a misspelled one most likely is: of those that the viewer may see, what the fewest letters tell from it,
   * one from five letters on and two from eight on; of several the one in the most images. A word that stands
   * there as it is written is not asked about.
   */
  closest(word: QueryWord, request: Omit<TextSearchRequest, "words">): Promise<string | undefined>;
  /** Replaces the words that were read in a picture; no lines erase them. An image that is gone is skipped. */
  put(id: ImageId, lines: readonly string[]): Promise<void>;
  /** Resolves when the words of an older library are indexed, or the signal aborts. */
  ready(signal?: AbortSignal): Promise<void>;
}
