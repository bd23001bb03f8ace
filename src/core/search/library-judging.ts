import type { Catalog } from "../ports.ts";
import type { EmbeddingSpace, ModelTraits, NothingBar } from "../types.ts";
import type { Judging } from "./fit.ts";

interface JudgingContext {
  readonly catalog: Pick<Catalog, "state">;
  readonly embedder: { readonly space: EmbeddingSpace; readonly traits: ModelTraits };
}

/** The library's own `thresholds.nothing` for a model, measured on its pictures. */
const nameOf = (space: EmbeddingSpace) => `nothing/${space}`;

/** The model as it judges answers in this library: by the library's own bar, where one was measured, else by the model's. */
export async function libraryJudging(context: JudgingContext): Promise<Judging> {
  const { score, thresholds } = context.embedder.traits;
  const cosine = await ownNothing(context);
  return {
    score,
    thresholds: cosine === undefined ? thresholds : { ...thresholds, nothing: { cosine, measured: true } },
  };
}

/** The bar that holds now. */
export async function nothingBar(context: JudgingContext): Promise<NothingBar | null> {
  const own = await ownNothing(context);
  if (own !== undefined) return { cosine: own, source: "library" };
  const { nothing } = context.embedder.traits.thresholds;
  return nothing ? { cosine: nothing.cosine, source: nothing.measured ? "model" : "estimate" } : null;
}

/** Undefined where the model's own bar holds. */
async function ownNothing({ catalog, embedder }: JudgingContext): Promise<number | undefined> {
  const stored = Number.parseFloat((await catalog.state.get(nameOf(embedder.space))) ?? "");
  return Math.abs(stored) <= 1 ? stored : undefined;
}

/** Undefined takes the model's own bar again. */
export async function setOwnNothing(
  { catalog, embedder }: JudgingContext,
  cosine: number | undefined,
): Promise<void> {
  await catalog.state.set(nameOf(embedder.space), cosine === undefined ? undefined : String(cosine));
}
