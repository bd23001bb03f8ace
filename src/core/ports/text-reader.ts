import type { ImageId, TextLine } from "../types.ts";
import type { PictureSource } from "./embedder.ts";
import type { ReadingEngine } from "./readings.ts";

export interface ReadPictureText {
  readonly id: ImageId;
  /** From the top down. */
  readonly lines: readonly TextLine[];
}

/** Reads the text in pictures. Neither decoding nor reading runs on the caller's event loop. */
export interface TextReader {
  /** What is installed now; undefined when nothing is. */
  engine(): Promise<ReadingEngine | undefined>;
  /**
   * @param moments of what moves, in milliseconds: each is read, and a line that stands in several is given once. Default: each shot.
   * @throws PictureError when this picture cannot be read; the reader stays usable.
   */
  read(source: PictureSource, signal?: AbortSignal, moments?: readonly number[]): Promise<ReadPictureText>;
}
