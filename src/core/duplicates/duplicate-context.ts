import type { Catalog, Embedder, StoredFingerprint, VectorSearch } from "../ports.ts";
import type { DuplicatesRequest, Scoped } from "../types.ts";
import type { YieldController } from "../yield-controller.ts";
import type { MeasuringContext } from "./known-detail.ts";
import type { VerdictLookup } from "./verdict-lookup.ts";

/** What the search for duplicates needs of the library. */
export interface DuplicateContext extends MeasuringContext {
  readonly catalog: Pick<Catalog, "images" | "embeddings" | "verdicts">;
  readonly embedder: Pick<Embedder, "space" | "traits" | "measurePicture" | "concurrency">;
  readonly vectors: Pick<VectorSearch, "nearest">;
}

/** One search in progress. */
export interface DuplicateSearch {
  readonly request: Scoped<DuplicatesRequest>;
  readonly pictures: readonly StoredFingerprint[];
  readonly verdicts: VerdictLookup;
  readonly yielder: YieldController;
}
