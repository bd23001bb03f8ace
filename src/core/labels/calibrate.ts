import type { ModelTraits } from "../types.ts";

/**
 * Probabilities of labels that compete for one picture, by the model's own training objective: softmax over the
 * labels (CLIP), or each label's sigmoid (SigLIP).
 */
export function probabilities(score: ModelTraits["score"], cosines: Float32Array): Float64Array {
  if (score.kind === "sigmoid") {
    return Float64Array.from(cosines, (cosine) => sigmoid(score.scale * cosine + score.bias));
  }
  const best = cosines.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(cosines, (cosine) => Math.exp(score.scale * (cosine - best)));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * The confidence in a single statement ("this is a dog", compared with nothing else): 0.5 where its cosine reaches
 * the model's measured threshold, as steep as the model's logit scale. Comparable across models, unlike the cosine.
 */
export function calibratedScore({ scale }: ModelTraits["score"], cosine: number, threshold: number): number {
  return sigmoid(scale * (cosine - threshold));
}

/** The score at the cosine up to which the model calls a label none of what a picture shows: less is chance. */
export const scoreByChance = ({ score, thresholds }: Pick<ModelTraits, "score" | "thresholds">): number =>
  calibratedScore(score, thresholds.none, thresholds.tag);

/**
 * The cosine below which the best of so many labels is called "none of these". Every further label is another
 * chance of a false match, so the threshold measured for one label rises with their number. The slope is that of
 * equal error rates for 1 to 100 labels in `bench/classify.ts`; longer lists name most things there are.
 */
export function noneThreshold(
  { score, thresholds }: Pick<ModelTraits, "score" | "thresholds">,
  labels: number,
): number {
  return thresholds.none + (NONE_RISE * Math.log(Math.min(labels, NONE_RISE_MAX_LABELS))) / score.scale;
}

const NONE_RISE = 0.75;
const NONE_RISE_MAX_LABELS = 100;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
