import type { Embedding, Part, Scope } from "../types.ts";
import type { ImageKey } from "./images.ts";

export interface Match {
  readonly key: ImageKey;
  /** The part of the image that is nearest: it stands for the whole image. */
  readonly part: Part;
  /** Cosine similarity, -1..1. */
  readonly score: number;
}

export interface NearestRequest {
  readonly vector: Embedding;
  /** No other image is returned. */
  readonly scope: Scope;
  /** Maximum number of matches; `Infinity` for all. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

export interface VectorSearchStatus {
  readonly kind: "exact" | "hnsw";
  /** Images with an embedding. */
  readonly size: number;
  /** Why a large library is searched without a graph, in a sentence. */
  readonly note?: string | undefined;
}

/**
 * Nearest-neighbour search over the embeddings of one space. It is derived from the catalog: every result includes
 * what was committed before the call, and what it stores can be deleted at any moment.
 */
export interface VectorSearch {
  /**
   * One match per image, best first, ties by lower key; scores are exact float32 cosines. Yields to the event loop.
   * @throws RangeError for a vector of another length
   */
  nearest(request: NearestRequest): Promise<Match[]>;
  /** The embedding of each image as a whole, or of its first part; images without an embedding are left out. */
  embeddings(keys: readonly ImageKey[]): Promise<ReadonlyMap<ImageKey, Embedding>>;
  /** Resolves when what makes large libraries fast is as current as it can be, or the signal aborts. */
  ready(signal?: AbortSignal): Promise<void>;
  /**
   * Erases what is stored of embeddings that were removed from the catalog, in all spaces. No model is needed.
   * @throws LibraryError when another process keeps writing; the next call finishes it
   */
  purgeErased(): Promise<void>;
  status(): Promise<VectorSearchStatus>;
  close(): Promise<void>;
}
