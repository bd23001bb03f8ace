import type { ImageId, ImageRecord } from "./image.ts";
import type { Embedding, EmbeddingSpace, Part } from "./model.ts";
import type { Scope } from "./scope.ts";
import type { Correction, TextSource, WordPlace } from "./words.ts";

/** A picture as a question names it: an id or unambiguous prefix, a file outside the library, or bytes. */
export type ImageRef = { readonly id: string } | { readonly path: string } | { readonly bytes: Uint8Array };

/** A picture embedded before, so that later pages of a question need not keep the picture. */
export interface EmbeddedImage {
  readonly embedding: Embedding;
  readonly space: EmbeddingSpace;
  /** The picture's own id, whether the library has it or not. */
  readonly id?: ImageId | undefined;
  /** Its perceptual hash: with it, copies of the picture are found however they are turned or framed. */
  readonly fingerprint?: Uint8Array | undefined;
}

/** One part of a query. Negative weight pushes away. The weights of a query need not sum to anything. */
export type QueryTerm =
  | { readonly text: string; readonly weight?: number | undefined }
  | { readonly image: ImageRef | EmbeddedImage; readonly weight?: number | undefined };

/** A picture that serves as an example is not among the matches; nor is, of one with a negative weight, any copy. */
export interface FindRequest {
  readonly terms: readonly QueryTerm[];
  /** Where images named by id among the terms are looked up. Default: the scope that is searched. */
  readonly exampleScope?: Scope | undefined;
  /** Hits per page, 1..1000, or all of them, which wants `collapse: false`: merging takes the square of their number. Default 10. */
  readonly limit?: number | "all" | undefined;
  /** `nextCursor` of an earlier answer to the same request. */
  readonly cursor?: string | undefined;
  /** Order of the page's matches. Default "relevance". */
  readonly sort?: "relevance" | "newest" | "oldest" | undefined;
  /** Drop hits whose cosine similarity is below this. */
  readonly minScore?: number | undefined;
  /** Merge copies into one hit. Default true. */
  readonly collapse?: boolean | undefined;
  /** Only these are hits, as far as the scope shows them; how well they fit is judged by the whole scope. */
  readonly only?: readonly ImageId[] | undefined;
  /** Where words of the query are looked for. Default: everywhere. */
  readonly wordSources?: readonly TextSource[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Whether something is what was asked for: "nothing" says that it most likely is not. */
export type Fit = "good" | "weak" | "nothing";

/** Words of the query that are in the picture, or beside it. */
export interface WordsFound {
  /** Number of words found, and of those looked for. */
  readonly matched: number;
  readonly of: number;
  /** Share of the query that they are, 0..1: rare words count more, parts of longer words less. */
  readonly coverage: number;
  /** Best first, one for each place. */
  readonly places: readonly WordPlace[];
}

export interface Hit extends ImageRecord {
  /** 1 for the best match of the whole answer, counting on over pages. */
  readonly rank: number;
  /** Cosine similarity to the query, -1..1; 0 for a query that is to be read only. */
  readonly score: number;
  /** Absent for queries that have no word in common with the picture. */
  readonly words?: WordsFound | undefined;
  /** The example picture itself, turned, framed, cropped or made smaller: such hits come first. */
  readonly isCopy?: boolean | undefined;
  /** By cosine or words, whichever is better; absent where neither says (an example picture, a model nobody measured). */
  readonly fit?: Fit | undefined;
  /** What of the image the score is for: its best part. */
  readonly part: Part;
  /** Copies of the same scope that this hit stands for: the same picture, compared by pixels. */
  readonly alike: readonly ImageId[];
}

export interface FindAnswer {
  /** The query in words, for display. */
  readonly query: string;
  readonly model: string;
  readonly hits: readonly Hit[];
  /** Of the answer as a whole, the same on every page; absent where nothing says it, and for pictures by date. */
  readonly match?: Fit | undefined;
  /** Words that no picture in scope has, taken for ones that some have; `notes` say the same. Absent when there are none. */
  readonly corrections?: readonly Correction[] | undefined;
  /**
   * Words that stand in or beside no picture in scope although they had to, or although others of the query do. Absent when
   * there are none.
   */
  readonly unmatched?: readonly string[] | undefined;
  readonly nextCursor: string | null;
  /** Images in scope, all of which were considered. */
  readonly searched: number;
  /** Sentences for the user: a truncated query, an offline folder. */
  readonly notes: readonly string[];
}
