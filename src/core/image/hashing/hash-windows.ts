import type { RawPicture } from "../raw-picture.ts";
import type { Window } from "../summed-area-table.ts";
import { contentWindow } from "./content-window.ts";

/**
 * The parts of a picture that are hashed, in this order: all of it, what a plain frame encloses, and what cropping a
 * tenth would leave. A cropped copy is found because its whole equals a window of the original.
 */
export const HASH_WINDOWS = [
  "whole",
  "content",
  "centre 90 %",
  "centre 80 %",
  "without left",
  "without right",
  "without top",
  "without bottom",
  "without left and top",
  "without right and top",
  "without left and bottom",
  "without right and bottom",
] as const;

/** Shares cut off: left, top, right, bottom. */
const CROPS: readonly (readonly [number, number, number, number])[] = [
  [0.05, 0.05, 0.05, 0.05],
  [0.1, 0.1, 0.1, 0.1],
  [0.1, 0, 0, 0],
  [0, 0, 0.1, 0],
  [0, 0.1, 0, 0],
  [0, 0, 0, 0.1],
  [0.1, 0.1, 0, 0],
  [0, 0.1, 0.1, 0],
  [0.1, 0, 0, 0.1],
  [0, 0, 0.1, 0.1],
];

/** One rectangle per entry of `HASH_WINDOWS`. */
export function hashWindows(picture: RawPicture): Window[] {
  const { width, height } = picture;
  const cropped = CROPS.map(([left, top, right, bottom]) => ({
    left: width * left,
    top: height * top,
    width: width * (1 - left - right),
    height: height * (1 - top - bottom),
  }));
  return [{ left: 0, top: 0, width, height }, contentWindow(picture), ...cropped];
}
