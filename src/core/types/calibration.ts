/** Where the bar below which an answer is "nothing" comes from: this library's pictures, the model's maker, or an estimate. */
export type ThresholdSource = "library" | "model" | "estimate";

/** The cosine from which the best hits of one picture may be what was asked for (`ModelTraits.thresholds.nothing`). */
export interface NoMatchThreshold {
  readonly cosine: number;
  readonly source: ThresholdSource;
}

/** How often a bar is wrong: answers that are there and called nothing, and questions without one whose answer passes. */
export interface ThresholdErrors {
  readonly refused: number;
  readonly accepted: number;
}

export interface Calibration {
  readonly model: string;
  /** Null for a model that nobody measured or estimated. */
  readonly before: NoMatchThreshold | null;
  readonly after: NoMatchThreshold;
  /** Words whose pictures the library has, and words that none of its pictures shows, summed over the samples. */
  readonly present: number;
  readonly absent: number;
  /** Questions that the owner marked; they are among these, as often as there are samples. */
  readonly marked: number;
  /** Images in each sample, and how many samples. */
  readonly pictures: number;
  readonly samples: number;
  /** On these words. */
  readonly errorsBefore: ThresholdErrors | null;
  readonly errorsAfter: ThresholdErrors;
  /** Whether it was stored. */
  readonly isStored: boolean;
}
