import type { Embedding, EmbeddingSpace, ModelTraits, Picture, RenderedImage } from "../types.ts";

/** Where the bytes of a picture come from. A path is read by the embedder itself, away from the caller's event loop. */
export type PictureSource = { readonly path: string } | { readonly bytes: Uint8Array };

export interface EmbeddedPicture {
  readonly picture: Picture;
  readonly embedding: Embedding;
}

/** The capture time that a picture's metadata gives. */
export type DatedPicture = Pick<Picture, "id" | "takenAt">;

/** How much its file holds of a picture, measured in all its pixels. */
export type MeasuredPicture = Pick<Picture, "id" | "quality">;

export interface EmbeddedText {
  readonly embedding: Embedding;
  /** True when the text was longer than the model's context and only its beginning was embedded. */
  readonly truncated: boolean;
}

/** What to render for viewing, and the limits that it must fit. */
export type Rendering =
  | {
      readonly as: "fitted";
      readonly source: PictureSource;
      readonly longestSide: number;
      readonly maxBytes: number;
    }
  /** A grid of stored thumbnails, in order, each with its label under it. */
  | {
      readonly as: "sheet";
      readonly items: readonly { readonly thumbnail: Uint8Array; readonly label: string }[];
      readonly maxBytes: number;
    }
  /** A stored thumbnail, as terminals can show it. */
  | { readonly as: "png"; readonly thumbnail: Uint8Array };

/** Maps pictures and texts into one vector space. Decoding and inference never run on the caller's event loop. */
export interface Embedder {
  readonly space: EmbeddingSpace;
  readonly dimensions: number;
  readonly traits: ModelTraits;
  /**
   * Decodes once, and returns the facts, thumbnail, perceptual hash and embedding.
   * Concurrent calls are batched; keep about `concurrency` of them in flight.
   * @throws PictureError when this picture cannot be used; the embedder stays usable.
   */
  embedPicture(source: PictureSource, signal?: AbortSignal): Promise<EmbeddedPicture>;
  /** Files of more bytes are refused without being read. */
  readonly maxBytes: number;
  /** Pictures in flight at which throughput is best on this machine. */
  readonly concurrency: number;
  embedTexts(texts: readonly string[], signal?: AbortSignal): Promise<EmbeddedText[]>;
  /**
   * Draws a picture where pictures are decoded: what its bytes do to the decoder, they do not do to the caller.
   * @throws PictureError when this picture cannot be used; the embedder stays usable.
   */
  render(rendering: Rendering, signal?: AbortSignal): Promise<RenderedImage>;
  /**
   * Reads only when the picture was taken, where pictures are decoded.
   * @throws PictureError when this picture cannot be used; the embedder stays usable.
   */
  datePicture(source: PictureSource, signal?: AbortSignal): Promise<DatedPicture>;
  /**
   * Measures a picture in all its pixels, which embedding it may have reduced, where pictures are decoded.
   * @throws PictureError when this picture cannot be used; the embedder stays usable.
   */
  measurePicture(source: PictureSource, signal?: AbortSignal): Promise<MeasuredPicture>;
  /** Stops the child process. The embedder starts again on the next call unless it was disposed of by its owner. */
  close(): Promise<void>;
}
