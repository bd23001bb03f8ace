import type { RawPicture } from "../raw-picture.ts";
import { align, alignable } from "./align.ts";
import { symmetryOf } from "./sampled-picture.ts";

/** In fractions of the first picture's width and height; outside 0..1 where the second reaches beyond it. */
export interface CornerPoint {
  readonly x: number;
  readonly y: number;
}

/** Where corners of the second picture lie on the first: its upper left, upper right and lower left one. */
export interface LaidOver {
  readonly upperLeft: CornerPoint;
  readonly upperRight: CornerPoint;
  readonly lowerLeft: CornerPoint;
}

/** Lays the second picture on the first where both show the same; undefined when nothing fits. */
export function layOver(first: RawPicture, second: RawPicture): LaidOver | undefined {
  const alignment = align(alignable(first), alignable(second));
  if (!alignment) return undefined;
  const { overlap } = alignment;
  const { swapsAxes, negatesAcross, negatesDown } = symmetryOf(alignment.transform);
  const along = (
    at: number,
    turned: number,
    from: "left" | "top",
    size: "width" | "height",
    whole: number,
  ) => {
    const scale = overlap.first[size] / overlap.second[size];
    return (overlap.first[from] + (at * turned - overlap.second[from]) * scale) / whole;
  };
  const place = (u: number, v: number): CornerPoint => {
    const [across, down] = swapsAxes ? [v, u] : [u, v];
    return {
      x: along(negatesAcross ? 1 - across : across, alignment.second.width, "left", "width", first.width),
      y: along(negatesDown ? 1 - down : down, alignment.second.height, "top", "height", first.height),
    };
  };
  return { upperLeft: place(0, 0), upperRight: place(1, 0), lowerLeft: place(0, 1) };
}
