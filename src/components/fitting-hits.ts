import type { Fit } from "../core/types.ts";
import type { HitCard } from "../shared/cards.ts";

/** How many hits stay in sight: what most likely is not what was asked for comes after them, and is folded away. */
export const fittingHits = (hits: readonly HitCard[], match: Fit | undefined): number =>
  match === "nothing" ? 0 : 1 + hits.findLastIndex(({ fit }) => fit !== "nothing");
