import { orderOf, placementDate } from "../dates/picture-date.ts";
import type { ImageRecord, Placement, Timestamp, WallClock } from "../types.ts";

/** Best to keep first: most pixels, then oldest, then shortest path; the id makes the order complete. */
export function compareKeepPreference(a: ImageRecord, b: ImageRecord): number {
  return (
    b.width * b.height - a.width * a.height ||
    dateOf(a) - dateOf(b) ||
    shortestPath(a) - shortestPath(b) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** When the picture was taken, else when it was first seen on disk or posted. */
function dateOf({ takenAt, placements }: ImageRecord): WallClock {
  return takenAt?.wallClock ?? Math.min(...placements.map((at) => orderOf(placementDate(at, null))));
}

export function placedAt(placement: Placement): Timestamp {
  return placement.kind === "file" ? placement.modifiedAt : placement.postedAt;
}

/** Among the places of one image: what can be reached now, then oldest, then shortest path. */
export function compareKeepPlacement(a: Placement, b: Placement): number {
  return offlineRank(a) - offlineRank(b) || placedAt(a) - placedAt(b) || lengthOfPath(a) - lengthOfPath(b);
}

const offlineRank = (placement: Placement) => (placement.kind === "file" && !placement.online ? 1 : 0);

const shortestPath = ({ placements }: ImageRecord) => Math.min(...placements.map(lengthOfPath));

const lengthOfPath = (placement: Placement) =>
  placement.kind === "file" ? placement.path.length : placement.filename.length;
