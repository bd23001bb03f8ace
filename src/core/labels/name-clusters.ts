import type { Embedder } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { EVERYDAY_LABELS } from "./everyday-labels.ts";
import { type PromptContext, promptsOf, promptVectors } from "./prompt-vectors.ts";
import { VectorMatrix } from "./vector-matrix.ts";

interface NamingContext extends PromptContext {
  readonly embedder: Pick<Embedder, "space" | "embedTexts" | "traits">;
}

/**
 * How much of a label's fit to the whole library counts against it. At 1, names are distinctive but often far-fetched;
 * at 0, correct but equally true of the next cluster. Chosen by how often the captions of a cluster's photos contain its
 * name.
 */
const COMMONNESS = 0.5;

/**
 * A different everyday label for each cluster mean: the one that fits it best, less what it fits on the library at
 * large. The clearest match chooses first.
 */
export async function nameClusters(
  context: NamingContext,
  means: readonly Embedding[],
  libraryMean: Embedding,
  signal?: AbortSignal,
): Promise<string[]> {
  const { traits } = context.embedder;
  const prompts = EVERYDAY_LABELS.map((label) => promptsOf(label, traits));
  const rows = new VectorMatrix(await promptVectors(context, prompts, signal));
  const common = rows.cosines(libraryMean);
  const distinctiveness = means.map((mean) =>
    rows.cosines(mean).map((cosine, at) => cosine - COMMONNESS * (common[at] ?? 0)),
  );
  return assignNames(distinctiveness);
}

function assignNames(distinctiveness: readonly Float32Array[]): string[] {
  const pairs = distinctiveness.flatMap((scores, cluster) =>
    [...scores].map((score, label) => ({ cluster, label, score })),
  );
  pairs.sort((a, b) => b.score - a.score || a.cluster - b.cluster || a.label - b.label);
  const names: string[] = distinctiveness.map(() => "");
  const taken = new Set<number>();
  for (const { cluster, label } of pairs) {
    if (names[cluster] || taken.has(label)) continue;
    names[cluster] = EVERYDAY_LABELS[label] ?? "";
    taken.add(label);
  }
  return names;
}
