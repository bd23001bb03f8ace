import type { Estimate } from "../types.ts";

const RESAMPLES = 1000;
const SEED = 20_261_130;

/** The mean of the values with its 95 % percentile bootstrap interval; the same values give the same interval. */
export function estimate(values: readonly number[]): Estimate | null {
  if (values.length === 0) return null;
  const random = lcg(SEED);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  }).sort((a, b) => a - b);
  const quantile = (share: number) => means[Math.round(share * (RESAMPLES - 1))] ?? 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, low: quantile(0.025), high: quantile(0.975) };
}

/** Numbers in [0, 1): the linear congruential generator of Numerical Recipes. */
function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
