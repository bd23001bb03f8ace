import type { Catalog, Embedder, ImageKey, IndexQuery, Neighbor, Settings } from "../ports.ts";
import type { Embedding } from "../types.ts";

/** The library's vector index as searching needs it: always up to date with the catalog when it answers. */
export interface CurrentIndex {
  search(query: Embedding, question: IndexQuery): Promise<Neighbor[]>;
  /** Stored vectors of these keys; unknown keys are left out. */
  vectors(keys: readonly ImageKey[]): Promise<ReadonlyMap<ImageKey, Embedding>>;
  readonly size: number;
}

export interface SearchContext {
  readonly catalog: Catalog;
  readonly embedder: Embedder;
  readonly index: CurrentIndex;
  readonly settings: Settings;
}

/** What else answers a question: models of older spaces, over the images that the active space lacks. */
export interface OlderAnswers {
  readonly models: readonly Pick<SearchContext, "embedder" | "index">[];
  /** Why some of them do not. */
  readonly notes: readonly string[];
}
