import { orderOf, placementDate } from "../dates/picture-date.ts";
import type { ImageRecord, Placement, Timestamp, WallClock } from "../types.ts";

/** Orders the image to keep first: most pixels, then oldest, then shortest path; the id makes the order complete. */
export function compareKeepPreference(a: ImageRecord, b: ImageRecord): number {
  return (
    b.width * b.height - a.width * a.height ||
    dateOf(a) - dateOf(b) ||
    shortestPathLength(a) - shortestPathLength(b) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** When the picture was taken, else its oldest file time or post. */
function dateOf({ takenAt, placements }: ImageRecord): WallClock {
  return takenAt?.wallClock ?? least(placements, (at) => orderOf(placementDate(at, null)));
}

/** Unlike Math.min, it takes any number of them. */
export const least = (placements: readonly Placement[], of: (placement: Placement) => number): number =>
  placements.reduce((least, placement) => Math.min(least, of(placement)), Number.POSITIVE_INFINITY);

export function placedAt(placement: Placement): Timestamp {
  return placement.kind === "file" ? placement.modifiedAt : placement.postedAt;
}

/** Orders the placement to keep first: reachable now, then oldest, then shortest path. */
export function compareKeepPlacement(a: Placement, b: Placement): number {
  return offlineRank(a) - offlineRank(b) || placedAt(a) - placedAt(b) || pathLength(a) - pathLength(b);
}

const offlineRank = (placement: Placement) => (placement.kind === "file" && !placement.online ? 1 : 0);

const shortestPathLength = ({ placements }: ImageRecord) => least(placements, pathLength);

const pathLength = (placement: Placement) =>
  placement.kind === "file" ? placement.path.length : placement.filename.length;
