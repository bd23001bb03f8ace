import { isPlausible } from "../dates/plausible-time.ts";
import { isInside } from "../is-inside.ts";
import { isPaired } from "../sources/companions.ts";
import type { KeepChoice, Placement, Timestamp } from "../types.ts";
import { isNamedAsCopy } from "./copy-names.ts";

/** Undefined for a file or post from the future: such a time says nothing about which was first. */
export function placedAt(placement: Placement): Timestamp | undefined {
  const time = placement.kind === "file" ? placement.modifiedAt : placement.postedAt;
  return isPlausible(time) ? time : undefined;
}

/** Whatever has no time comes after everything that has one. */
export const UNDATED = Number.MAX_SAFE_INTEGER;

/** Unlike Math.min, it takes any number of them. */
export const least = (placements: readonly Placement[], of: (placement: Placement) => number): number =>
  placements.reduce((least, placement) => Math.min(least, of(placement)), Number.POSITIVE_INFINITY);

/**
 * Orders the placement to keep first: reachable now, where and of which age it was asked for, then not named as a copy,
 * the oldest, the one at the shortest path.
 */
export function comparePlacements(choice: KeepChoice): (a: Placement, b: Placement) => number {
  const criteria = placementCriteria(choice);
  return (a, b) => {
    for (const { score } of criteria) {
      const difference = score(a) - score(b);
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

/** Why the first of these, in the order of `comparePlacements`, is kept of copies with the same bytes. */
export function placementWhy(ordered: readonly Placement[], choice: KeepChoice): string {
  if (ordered.length < 2) return "the only one";
  let rest = ordered;
  const reasons: string[] = [];
  for (const { score, why } of placementCriteria(choice)) {
    const best = least(rest, score);
    const good = rest.filter((placement) => score(placement) === best);
    if (good.length < rest.length) reasons.push(why(rest.length - good.length));
    rest = good;
  }
  return reasons.length === 0 ? "equal in everything" : `${reasons.join("; ")} (the same bytes)`;
}

interface PlacementCriterion {
  /** The lowest is kept. */
  readonly score: (placement: Placement) => number;
  /** In words, if it ruled out so many. */
  readonly why: (others: number) => string;
}

function placementCriteria({ keepIn, keep }: KeepChoice): PlacementCriterion[] {
  const criteria: PlacementCriterion[] = [
    { score: offlineRank, why: (others) => `${othersAre(others)} out of reach now` },
  ];
  for (const folder of keepIn ?? []) {
    const score = (placement: Placement) => (isPlacedIn(folder, placement) ? 0 : 1);
    criteria.push({ score, why: () => `in ${folder}, as asked` });
  }
  if (keep === "oldest" || keep === "newest") {
    criteria.push({ score: age(keep === "newest" ? -1 : 1), why: () => `the ${keep}, as asked` });
  }
  return [
    ...criteria,
    {
      score: (placement) => Number(!isPaired(placement)),
      why: (others) => `${othersAre(others)} without a raw file or video beside it`,
    },
    {
      score: (placement) => Number(isNamedAsCopy(placement)),
      why: (others) => `${othersAre(others)} named or filed as a copy`,
    },
    { score: age(1), why: () => "the oldest" },
    { score: pathLength, why: () => "at the shortest path" },
  ];
}

/** @param direction 1 for the oldest first, -1 for the newest */
const age = (direction: 1 | -1) => (placement: Placement) => {
  const time = placedAt(placement);
  return time === undefined ? UNDATED : direction * time;
};

const othersAre = (others: number) => (others === 1 ? "another is" : `${others} others are`);

export const isPlacedIn = (folder: string, placement: Placement) =>
  placement.kind === "file" && isInside(placement.path, folder);

const offlineRank = (placement: Placement) => (placement.kind === "file" && !placement.online ? 1 : 0);

export const pathLength = (placement: Placement) =>
  placement.kind === "file" ? placement.path.length : placement.filename.length;
