import type { Skipped } from "./adding.ts";
import type { ImageId, ImageRecord } from "./image.ts";
import type { LongWork } from "./long-work.ts";
import type { ImageRef } from "./search.ts";

export interface LabelScore {
  readonly label: string;
  /**
   * Calibrated per model, 0..1: the label's share among the given ones (CLIP), its own chance (SigLIP). A single
   * label under CLIP has nothing to share with: 0.5 is then the model's threshold for "none of these".
   */
  readonly probability: number;
  /** Cosine similarity of picture and label prompt(s). */
  readonly score: number;
}

export interface ClassifyRequest extends LongWork {
  readonly images: readonly ImageRef[];
  /** Default: the built-in vocabulary. */
  readonly labels?: readonly string[] | undefined;
  /** Labels returned per image. Default 5. */
  readonly limit?: number | undefined;
}

export interface Classification {
  /** Absent for a picture outside the library. */
  readonly id?: ImageId | undefined;
  readonly origin: string;
  /** Best first. */
  readonly labels: readonly LabelScore[];
  /** True when no label is likely enough under the model's own threshold. */
  readonly none: boolean;
  /** Set instead of labels when this picture could not be read. */
  readonly skipped?: Skipped | undefined;
}

/** A closed set of tags; each holds where its score reaches the threshold, several or none on one picture. */
export interface TagVocabulary {
  readonly tags: readonly VocabularyTag[];
}

export interface VocabularyTag {
  readonly tag: string;
  /** Phrases that describe the tag, as written; their average is compared. Default: the tag in the model's templates. */
  readonly prompts?: readonly string[] | undefined;
  /**
   * Score from which the tag holds, 0..1. Default 0.5, which is the model's own cosine threshold for tags; the score
   * rises with the cosine as steeply as the model's logit scale, so a number means alike under every model.
   */
  readonly threshold?: number | undefined;
}

/** What an image says of a tag. */
export interface TagState {
  /** "rejected": a person withdrew it, so that the model does not put it. */
  readonly by: "person" | "rejected" | "file" | "model";
  /** The model's score; 1 of the others. */
  readonly score: number;
}

export interface TagSummary {
  readonly tag: string;
  readonly byPerson: number;
  readonly byFile: number;
  readonly byModel: number;
}

export interface Cluster {
  /** From the everyday labels; null where none of them holds for most of the pictures. */
  readonly name: string | null;
  readonly size: number;
  /** Most central first. */
  readonly representatives: readonly ImageRecord[];
  readonly ids: readonly ImageId[];
}
