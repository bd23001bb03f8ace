import type { Embedder } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { everydayLabels } from "./everyday-labels.ts";
import { type PromptContext, promptsOf, promptVectors } from "./prompt-vectors.ts";
import { VectorRows } from "./vector-rows.ts";

interface NameParts extends PromptContext {
  readonly embedder: Pick<Embedder, "space" | "embedTexts" | "traits">;
}

/**
 * How much of a label's fit to the whole library counts against it. At 1, names are telling but often far-fetched;
 * at 0, right but as good for the next theme. Chosen by how often the captions of a theme's photos hold its name.
 */
const COMMONNESS = 0.5;

/**
 * A different everyday label for each cluster mean: the one that fits it best, less what it fits on the library at
 * large. The clearest case chooses first.
 */
export async function nameClusters(
  parts: NameParts,
  means: readonly Embedding[],
  libraryMean: Embedding,
  signal?: AbortSignal,
): Promise<string[]> {
  const { traits } = parts.embedder;
  const prompts = everydayLabels.map((label) => promptsOf(label, traits));
  const rows = new VectorRows(await promptVectors(parts, prompts, signal));
  const common = rows.cosines(libraryMean);
  const typical = means.map((mean) =>
    rows.cosines(mean).map((cosine, at) => cosine - COMMONNESS * (common[at] ?? 0)),
  );
  return assignNames(typical);
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
