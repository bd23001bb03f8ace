import type { LocateOriginal } from "../comparison/picture-comparer.ts";
import type { Catalog, Embedder, Settings, VectorSearch } from "../ports.ts";

export interface SearchContext {
  readonly catalog: Catalog;
  readonly embedder: Embedder;
  readonly vectors: Pick<VectorSearch, "nearest" | "embeddings">;
  readonly settings: Settings;
  /** Where hits that look the same can be looked at closely, to tell whether they are. Without, they stay apart. */
  readonly locateOriginal?: LocateOriginal | undefined;
}

/** A model of an older space. */
export interface OlderModel extends Pick<SearchContext, "embedder" | "vectors"> {
  /** Over the images that the active space lacks. */
  readonly vectors: SearchContext["vectors"];
  /** Over all images of that space. */
  readonly everyVector: SearchContext["vectors"];
}

/** What else answers a query. */
export interface OlderAnswers {
  readonly models: readonly OlderModel[];
  /** Why some of them do not. */
  readonly notes: readonly string[];
}
