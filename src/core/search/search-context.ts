import type { Catalog, Embedder, Settings, VectorSearch } from "../ports.ts";

export interface SearchContext {
  readonly catalog: Catalog;
  readonly embedder: Embedder;
  readonly vectors: Pick<VectorSearch, "nearest" | "embeddings">;
  readonly settings: Settings;
}

/** What else answers a query: models of older spaces, over the images that the active space lacks. */
export interface OlderAnswers {
  readonly models: readonly Pick<SearchContext, "embedder" | "vectors">[];
  /** Why some of them do not. */
  readonly notes: readonly string[];
}
