import type { ImageId, Verdict } from "../types.ts";
import type { PictureComparison } from "./embedder.ts";
import type { ImageKey } from "./images.ts";

export interface VerdictStore {
  /** In place of an earlier one on the pair, which is kept as what was said before. */
  put(verdict: Verdict): Promise<void>;
  /** Of the pair in either order: what was said before stands again, or nothing. */
  takeBack(a: ImageId, b: ImageId): Promise<void>;
  /** Oldest first. */
  list(): Promise<Verdict[]>;
  /** Those on pairs with this image, oldest first. */
  of(id: ImageId): Promise<Verdict[]>;
  /** Counts the changes so far, of any process. */
  changes(): Promise<number>;
}

export interface StoredComparison {
  /** The lower key. */
  readonly first: ImageKey;
  readonly second: ImageKey;
  readonly comparison: PictureComparison;
}

/** What pixels told of pairs of images: kept to be quick, bounded in number, erased with either image. */
export interface ComparisonStore {
  /** Those of the pairs, each with its lower key first, that are known from the same way of comparing. */
  get(
    version: number,
    pairs: readonly (readonly [first: ImageKey, second: ImageKey])[],
  ): Promise<StoredComparison[]>;
  /** Pairs of which an image is gone are skipped. */
  put(version: number, comparisons: readonly StoredComparison[]): Promise<void>;
}
