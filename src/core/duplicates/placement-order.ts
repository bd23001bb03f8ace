import { isPlausible } from "../dates/plausible-time.ts";
import { isInside } from "../is-inside.ts";
import type { KeepChoice, Placement, Timestamp } from "../types.ts";

/** Undefined for a file or post from the future: such a time says nothing about which was first. */
export function placedAt(placement: Placement): Timestamp | undefined {
  const time = placement.kind === "file" ? placement.modifiedAt : placement.postedAt;
  return isPlausible(time) ? time : undefined;
}

/** Whatever has no time comes after everything that has one. */
export const LAST = Number.MAX_SAFE_INTEGER;

/** Unlike Math.min, it takes any number of them. */
export const least = (placements: readonly Placement[], of: (placement: Placement) => number): number =>
  placements.reduce((least, placement) => Math.min(least, of(placement)), Number.POSITIVE_INFINITY);

/** Orders the placement to keep first: reachable now, where it was asked for, then oldest, then shortest path. */
export function comparePlacements({ keepIn, keep }: KeepChoice): (a: Placement, b: Placement) => number {
  const outside = (placement: Placement) => (keepIn !== undefined && isPlacedIn(keepIn, placement) ? 0 : 1);
  const direction = keep === "newest" ? -1 : 1;
  const age = (placement: Placement) => {
    const time = placedAt(placement);
    return time === undefined ? LAST : direction * time;
  };
  return (a, b) =>
    offlineRank(a) - offlineRank(b) ||
    outside(a) - outside(b) ||
    age(a) - age(b) ||
    pathLength(a) - pathLength(b);
}

/** Why the first of these, in the order of `comparePlacements`, is kept of copies with the same bytes. */
export function placementWhy(ordered: readonly Placement[], choice: KeepChoice): string {
  const [first, second] = ordered;
  if (!first || !second) return "the only one";
  const { keepIn, keep } = choice;
  if (offlineRank(first) !== offlineRank(second)) return "the same bytes; the others cannot be reached now";
  if (keepIn !== undefined && isPlacedIn(keepIn, first) && !isPlacedIn(keepIn, second))
    return `in ${keepIn}, as asked`;
  if (placedAt(first) !== placedAt(second))
    return keep === "newest" ? "the newest, as asked" : "the oldest of files with the same bytes";
  return "at the shortest path of files with the same bytes";
}

export const isPlacedIn = (folder: string, placement: Placement) =>
  placement.kind === "file" && isInside(placement.path, folder);

const offlineRank = (placement: Placement) => (placement.kind === "file" && !placement.online ? 1 : 0);

export const pathLength = (placement: Placement) =>
  placement.kind === "file" ? placement.path.length : placement.filename.length;
