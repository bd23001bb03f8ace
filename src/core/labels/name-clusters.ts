import type { Embedder } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { everydayLabels } from "./everyday-labels.ts";
import { type PromptParts, promptsOf, promptVectors } from "./prompt-vectors.ts";
import { VectorRows } from "./vector-rows.ts";

interface NameParts extends PromptParts {
  readonly embedder: Pick<Embedder, "space" | "embedTexts" | "traits">;
}

/**
 * A different everyday label for each cluster mean: the one that fits this cluster most above what it fits on
 * other pictures of the library, in standard deviations of the label's cosine over the sample. The clearest case
 * chooses first. With a single cluster there is nothing to stand out from: it takes the label that fits best.
 */
export async function nameClusters(
  parts: NameParts,
  means: readonly Embedding[],
  sample: readonly Embedding[],
  signal?: AbortSignal,
): Promise<string[]> {
  const { traits } = parts.embedder;
  const prompts = everydayLabels.map((label) => promptsOf(label, traits));
  const rows = new VectorRows(await promptVectors(parts, prompts, signal));
  const { mean, deviation } = spread(rows, sample);
  const typical = means.map((vector) =>
    rows.cosines(vector).map((cosine, at) => {
      if (means.length === 1) return cosine;
      return (cosine - (mean[at] ?? 0)) / Math.max(deviation[at] ?? 0, 1e-6);
    }),
  );
  return assignNames(typical);
}

/** Mean and standard deviation of each label's cosine over the sample. */
function spread(rows: VectorRows, sample: readonly Embedding[]) {
  const mean = new Float64Array(rows.size);
  const square = new Float64Array(rows.size);
  for (const vector of sample) {
    for (const [at, cosine] of rows.cosines(vector).entries()) {
      mean[at] = (mean[at] ?? 0) + cosine / sample.length;
      square[at] = (square[at] ?? 0) + cosine ** 2 / sample.length;
    }
  }
  const deviation = square.map((value, at) => Math.sqrt(Math.max(0, value - (mean[at] ?? 0) ** 2)));
  return { mean, deviation };
}

function assignNames(typical: readonly Float32Array[]): string[] {
  const pairs = typical.flatMap((scores, cluster) =>
    [...scores].map((score, label) => ({ cluster, label, score })),
  );
  pairs.sort((a, b) => b.score - a.score || a.cluster - b.cluster || a.label - b.label);
  const names: string[] = typical.map(() => "");
  const taken = new Set<number>();
  for (const { cluster, label } of pairs) {
    if (names[cluster] || taken.has(label)) continue;
    names[cluster] = everydayLabels[label] ?? "";
    taken.add(label);
  }
  return names;
}
