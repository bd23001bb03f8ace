import type { ComparisonContext } from "../comparison/picture-comparer.ts";
import type { Catalog, Embedder, ImageKey, StoredFingerprint, VectorSearch } from "../ports.ts";
import type { DuplicateMember, DuplicatesRequest, ImageId, Scoped, Verdict } from "../types.ts";
import type { YieldController } from "../yield-controller.ts";
import type { MeasuringContext } from "./known-detail.ts";
import type { VerdictLookup } from "./verdict-lookup.ts";

/** What the search for duplicates needs of the library. */
export interface DuplicateContext extends ComparisonContext, MeasuringContext {
  readonly catalog: Pick<Catalog, "images" | "embeddings" | "verdicts" | "comparisons" | "readings">;
  readonly embedder: Pick<Embedder, "space" | "traits" | "compare" | "measurePicture" | "concurrency">;
  readonly vectors: Pick<VectorSearch, "nearest">;
}

/** One search in progress. Its pictures are named by their positions. */
export interface DuplicateSearch {
  readonly request: Scoped<DuplicatesRequest>;
  readonly pictures: readonly StoredFingerprint[];
  readonly verdicts: VerdictLookup;
  readonly yielder: YieldController;
}

export const keyAt = ({ pictures }: DuplicateSearch, position: number): ImageKey =>
  pictures[position]?.key ?? 0;
export const idAt = ({ pictures }: DuplicateSearch, position: number): ImageId =>
  pictures[position]?.id ?? "";

/** Why a picture belongs to its group. */
export type Match = Omit<DuplicateMember, "image">;

export const BY_VERDICT = "verdict of a person";

/** Pairs of the searched pictures that a user said this of, by position. */
export function pairsAt(
  { pictures, verdicts }: DuplicateSearch,
  verdict: Verdict["verdict"],
): (readonly [number, number])[] {
  const marked = [...verdicts.pairs(verdict)];
  if (marked.length === 0) return [];
  const positions = new Map(pictures.map(({ id }, at) => [id, at]));
  return marked.flatMap(([a, b]) => {
    const [one, other] = [positions.get(a), positions.get(b)];
    return one === undefined || other === undefined ? [] : [[one, other] as const];
  });
}
