import type { Embedding } from "../types.ts";
import type { ImageKey } from "./catalog.ts";

export interface Neighbor {
  readonly key: ImageKey;
  /** Cosine similarity. */
  readonly score: number;
}

/** The keys a search may return. */
export interface KeySet extends Iterable<ImageKey> {
  readonly size: number;
  has(key: ImageKey): boolean;
}

export interface IndexQuery {
  readonly limit: number;
  /** Absent: everything. */
  readonly within?: KeySet | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Nearest-neighbour search over the embeddings of one space. Derived from the catalog, deletable at any moment. */
export interface VectorIndex {
  readonly kind: "exact" | "hnsw";
  readonly size: number;
  /** Adds or replaces. */
  put(key: ImageKey, embedding: Embedding): void;
  remove(key: ImageKey): void;
  get(key: ImageKey): Embedding | undefined;
  /** Best first, ties by lower key; scores are exact float32 cosines. Yields to the event loop while it works. */
  search(query: Embedding, question: IndexQuery): Promise<Neighbor[]>;
  close(): void;
}
