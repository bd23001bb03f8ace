import type { Embedder } from "../ports.ts";
import type { Embedding } from "../types.ts";
import { VectorMatrix } from "../vector-index/vector-matrix.ts";
import { YieldController } from "../yield-controller.ts";
import { EVERYDAY_LABELS } from "./everyday-labels.ts";
import { type PromptContext, promptsOf, promptVectors } from "./prompt-vectors.ts";

interface NamingContext extends PromptContext {
  readonly embedder: Pick<Embedder, "space" | "embedTexts" | "traits">;
}

export interface NamedCluster {
  readonly mean: Embedding;
  /** Some of its pictures, evenly taken. */
  readonly sample: readonly Embedding[];
}

/**
 * How much of a label's fit to the whole library counts against it. At 1, names are distinctive but often far-fetched;
 * at 0, correct but equally true of the next cluster. Chosen by how often the captions of a cluster's photos contain its
 * name.
 */
const COMMONNESS = 0.5;
/**
 * A label holds for a picture when it reaches the model's cosine for tags and is among so many best of all labels.
 * With fewer, right names go; with ten, clusters of 700 captioned photos were called "fireworks" and "shark" that
 * no caption mentions.
 */
const BEST_LABELS = 5;

/**
 * A different everyday label for each cluster: the one that fits its mean best, less what it fits on the library at
 * large, of those that hold for most of its pictures and are not beaten on most of them by one and the same other label.
 * Null where there is none. The clearest match chooses first.
 */
export async function nameClusters(
  context: NamingContext,
  clusters: readonly NamedCluster[],
  libraryMean: Embedding,
  signal?: AbortSignal,
): Promise<(string | null)[]> {
  const { traits } = context.embedder;
  const prompts = EVERYDAY_LABELS.map((label) => promptsOf(label, traits));
  const rows = new VectorMatrix(await promptVectors(context, prompts, signal));
  const common = rows.cosines(libraryMean);
  const yielder = new YieldController(signal);
  const judged: JudgedCluster[] = [];
  for (const { mean, sample } of clusters) {
    const scores = rows.cosines(mean).map((cosine, at) => cosine - COMMONNESS * (common[at] ?? 0));
    const cosines: Float32Array[] = [];
    for (const picture of sample) {
      cosines.push(rows.cosines(picture));
      await yielder.yieldIfDue();
    }
    judged.push({ scores, cosines, holding: holdingLabels(cosines, traits.thresholds.tag) });
  }
  return assignNames(judged);
}

interface JudgedCluster {
  /** How distinctive each label is of the cluster. */
  readonly scores: Float32Array;
  /** Of each sampled picture with each label. */
  readonly cosines: readonly Float32Array[];
  /** Labels that hold for most of the sampled pictures. */
  readonly holding: readonly number[];
}

function holdingLabels(cosines: readonly Float32Array[], threshold: number): number[] {
  const counts = new Map<number, number>();
  for (const picture of cosines) {
    const best = [...picture.keys()].sort((a, b) => (picture[b] ?? -1) - (picture[a] ?? -1));
    for (const label of best.slice(0, BEST_LABELS))
      if ((picture[label] ?? -1) >= threshold) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].flatMap(([label, count]) => (isMost(count, cosines.length) ? [label] : []));
}

const isMost = (count: number, all: number) => count * 2 > all;

function assignNames(clusters: readonly JudgedCluster[]): (string | null)[] {
  const pairs = clusters.flatMap(({ scores, holding }, cluster) =>
    holding.map((label) => ({ cluster, label, score: scores[label] ?? -1 })),
  );
  pairs.sort((a, b) => b.score - a.score || a.cluster - b.cluster || a.label - b.label);
  const names: (string | null)[] = clusters.map(() => null);
  const taken = new Set<number>();
  for (const { cluster, label } of pairs) {
    if (names[cluster] || taken.has(label) || isBeaten(label, clusters[cluster]?.cosines ?? [])) continue;
    names[cluster] = EVERYDAY_LABELS[label] ?? null;
    taken.add(label);
  }
  return names;
}

/** A second cluster of dogs is not called "wolf" because the first is called "dog". */
function isBeaten(label: number, cosines: readonly Float32Array[]): boolean {
  const wins = new Uint32Array(EVERYDAY_LABELS.length);
  for (const picture of cosines)
    for (const [other, cosine] of picture.entries())
      if (cosine > (picture[label] ?? -1)) wins[other] = (wins[other] ?? 0) + 1;
  return wins.some((count) => isMost(count, cosines.length));
}
