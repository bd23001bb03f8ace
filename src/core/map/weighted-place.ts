import type { Position } from "../types.ts";

export interface Weighted extends Position {
  readonly weight: number;
}

export interface WeightedPlace extends Position {
  /** Of all weight, how much lies within the radius: 0..1. */
  readonly share: number;
}

/**
 * Where most of the weight lies: the mean of the points around the one that has most of it around itself. A mean of all
 * would lie between two groups, where neither is.
 */
export function weightedPlace(points: readonly Weighted[], radius: number): WeightedPlace | undefined {
  let best: { readonly around: readonly Weighted[]; readonly weight: number } | undefined;
  for (const centre of points) {
    const around = points.filter(({ x, y }) => Math.hypot(x - centre.x, y - centre.y) <= radius);
    const weight = sum(around, ({ weight }) => weight);
    if (!best || weight > best.weight) best = { around, weight };
  }
  if (!best || best.weight <= 0) return undefined;
  const { around, weight } = best;
  const mean = (of: (point: Weighted) => number) => sum(around, (point) => of(point) * point.weight) / weight;
  return {
    x: mean(({ x }) => x),
    y: mean(({ y }) => y),
    share: weight / sum(points, (point) => point.weight),
  };
}

const sum = (points: readonly Weighted[], of: (point: Weighted) => number) =>
  points.reduce((total, point) => total + of(point), 0);
