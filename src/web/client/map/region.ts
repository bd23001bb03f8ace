import type { Position } from "../../../core/types.ts";

const LEAST_STEP_PX = 5;
const MOST_CORNERS = 300;

/** What the pointer drew, with fewer corners: in CSS pixels. */
export function thinned(drawn: readonly Position[]): Position[] {
  const kept: Position[] = [];
  for (const point of drawn) {
    const last = kept.at(-1);
    if (!last || Math.hypot(point.x - last.x, point.y - last.y) >= LEAST_STEP_PX) kept.push(point);
  }
  const step = Math.max(1, Math.ceil(kept.length / MOST_CORNERS));
  return kept.filter((_, at) => at % step === 0);
}

/** As the address holds it, and the server takes it. */
export const regionText = (version: string, corners: readonly Position[]): string =>
  `${version}:${corners.map(({ x, y }) => `${x.toFixed(4)},${y.toFixed(4)}`).join(";")}`;

/** Undefined for one of another map, and for what is no region. */
export function cornersOf(text: string | null, version: string): Position[] | undefined {
  const [of, corners = ""] = (text ?? "").split(":");
  if (of !== version) return undefined;
  const points = corners.split(";").map((corner) => {
    const [x = Number.NaN, y = Number.NaN] = corner.split(",").map(Number);
    return { x, y };
  });
  return points.length >= 3 && points.every(({ x, y }) => Number.isFinite(x + y)) ? points : undefined;
}
