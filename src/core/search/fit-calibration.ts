import type { Catalog } from "../ports.ts";
import type { EmbeddingSpace, ModelTraits, NoMatchThreshold } from "../types.ts";
import type { FitCalibration } from "./fit.ts";

interface CalibrationContext {
  readonly catalog: Pick<Catalog, "state">;
  readonly embedder: { readonly space: EmbeddingSpace; readonly traits: ModelTraits };
}

/** The library's own `thresholds.nothing` for a model, measured on its pictures. */
const nameOf = (space: EmbeddingSpace) => `nothing/${space}`;

/** The model as it judges answers in this library: by the library's own bar, where one was measured, else by the model's. */
export async function libraryFitCalibration(context: CalibrationContext): Promise<FitCalibration> {
  const { score, thresholds } = context.embedder.traits;
  const cosine = await libraryThreshold(context);
  return {
    score,
    thresholds: cosine === undefined ? thresholds : { ...thresholds, nothing: { cosine, measured: true } },
  };
}

/** The bar that holds now. */
export async function noMatchThreshold(context: CalibrationContext): Promise<NoMatchThreshold | null> {
  const own = await libraryThreshold(context);
  if (own !== undefined) return { cosine: own, source: "library" };
  const { nothing } = context.embedder.traits.thresholds;
  return nothing ? { cosine: nothing.cosine, source: nothing.measured ? "model" : "estimate" } : null;
}

/** Undefined where the model's own bar holds. */
async function libraryThreshold({ catalog, embedder }: CalibrationContext): Promise<number | undefined> {
  const stored = Number.parseFloat((await catalog.state.get(nameOf(embedder.space))) ?? "");
  return Math.abs(stored) <= 1 ? stored : undefined;
}

/** Undefined takes the model's own bar again. */
export async function setLibraryThreshold(
  { catalog, embedder }: CalibrationContext,
  cosine: number | undefined,
): Promise<void> {
  await catalog.state.set(nameOf(embedder.space), cosine === undefined ? undefined : String(cosine));
}
