import type { ImageId } from "./image.ts";

/**
 * Where a question with its right answers comes from: a file, marks that people made on answers, or the library's own
 * captions, file names and tags. Those of the library's own words are asked of looks alone, since a name would find itself.
 */
export type QuestionSource = "file" | "marks" | "captions" | "names" | "tags";

export interface EvaluationQuestion {
  readonly text: string;
  readonly source: QuestionSource;
  /** Images that are what was asked for; empty: nothing in the library is, unless some lie outside the scope. */
  readonly right: readonly ImageId[];
  /** How many more lie outside the scope, where nothing finds them. Default: none. */
  readonly rightOutside?: number | undefined;
}

/** A mean over questions, and where the middle 95 % of its bootstrap resamples lie. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** How well questions of one source are answered. Estimates are null where there is no question that has an answer. */
export interface SearchQuality {
  readonly source: QuestionSource;
  /** Questions that have a right answer. */
  readonly answerable: number;
  /** Of their right images, the share among the first 1, 5 and 10 hits, of at most as many. */
  readonly recallAt1: Estimate | null;
  readonly recallAt5: Estimate | null;
  readonly recallAt10: Estimate | null;
  /** Mean reciprocal rank of the first right hit; 0 beyond the first hundred. */
  readonly reciprocalRank: Estimate | null;
  /** Share of right ones among the first 10 hits. */
  readonly precisionAt10: Estimate | null;
  /** Answerable questions that were called "nothing". */
  readonly refused: number;
  /** Questions that nothing in the library answers, and how many of them were called "nothing". */
  readonly unanswerable: number;
  readonly rightlyRefused: number;
  /** Right images outside the scope, which do not count, and questions that have no others, which are not asked. */
  readonly outside: { readonly images: number; readonly questions: number };
  /** Questions that were called neither, since nobody measured or estimated the model's bar. */
  readonly unjudged: number;
}

/** One model on a sample of the library. */
export interface ModelQuality {
  readonly model: string;
  readonly pictures: number;
  readonly skipped: number;
  /** Wall-clock time of one picture, embedded beside others as `add` does. */
  readonly millisecondsPerPicture: number;
  readonly quality: readonly SearchQuality[];
  /** Over all answerable questions. */
  readonly reciprocalRank: Estimate | null;
}

export interface ModelComparison {
  readonly models: readonly ModelQuality[];
  readonly questions: number;
  /** How much higher the reciprocal rank of each later model is than the first's, over the same questions. */
  readonly gains: readonly { readonly model: string; readonly reciprocalRank: Estimate | null }[];
}
