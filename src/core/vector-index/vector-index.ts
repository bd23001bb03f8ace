import type { ImageKey, Match } from "../ports.ts";
import type { Embedding, Part } from "../types.ts";

/** The images that a scope makes visible. */
export interface KeySet extends Iterable<ImageKey> {
  readonly size: number;
  has(key: ImageKey): boolean;
}

export interface IndexSearchOptions {
  readonly limit: number;
  /** Absent: everything. */
  readonly within?: KeySet | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The embeddings of one space in memory. */
export interface VectorIndex {
  readonly kind: "exact" | "hnsw";
  /** Images, however many parts they have. */
  readonly size: number;
  /** Adds or replaces this part of the image; the whole unless one is given. */
  put(key: ImageKey, embedding: Embedding, part?: Part): void;
  /** All parts of the image. */
  remove(key: ImageKey): void;
  /** The embedding of the image as a whole, or of its first part. */
  get(key: ImageKey): Embedding | undefined;
  /** One match per image, best first, ties by lower key; scores are exact float32 cosines. Yields to the event loop. */
  search(query: Embedding, options: IndexSearchOptions): Promise<Match[]>;
  close(): void;
}
