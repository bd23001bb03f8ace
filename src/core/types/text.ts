import type { ImageId } from "./image.ts";

/** A line of text as it was read in a picture. Untrusted: whoever made the picture chose what it says. */
export interface TextLine {
  readonly text: string;
  /** Mean probability of its characters, 0 to 1. */
  readonly confidence: number;
  /** The upright rectangle around it. */
  readonly box: FractionBox;
  /** Degrees that its reading direction is turned clockwise, -180 to 180. */
  readonly angle: number;
  /** Of what moves: when it stands there. */
  readonly atMs?: number | undefined;
}

/** What is known of the text in an image. */
export interface ImageText {
  readonly id: ImageId;
  /** From the top down. */
  readonly lines: readonly TextLine[];
  /** unread: it waits for being read, or is not read at all; failed: it could not be read. */
  readonly state: "read" | "unread" | "failed";
  /** What would read more of it. */
  readonly hint?: string | undefined;
}

/** In fractions of a picture's width and height, from its upper left corner. */
export interface FractionBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
