import type { ImageId } from "./image.ts";
import type { Fit, Hit } from "./search.ts";

/** On a plane of which pictures fill the square from -1 to 1: those that look alike are near each other. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** The pictures of a scope on a plane. */
export interface PictureMap {
  /** Differs when everything lies elsewhere than before; a picture more or less leaves it as it is. */
  readonly version: string;
  readonly ids: readonly ImageId[];
  /** Of the images in the order of `ids`: x and y of each. */
  readonly positions: Float32Array;
}

/** Where on a map a question belongs. */
export interface MapPin {
  /** How well its best matches fit, as `find` says. */
  readonly match?: Fit | undefined;
  /** Where the weight of its matches lies; null where nothing fits. */
  readonly position: Position | null;
  /** Of the weight of its matches, how much lies there: 0..1. */
  readonly share: number;
  /** What it matches best, best first. */
  readonly hits: readonly Hit[];
}
