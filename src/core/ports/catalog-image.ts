import type { ImageRecord } from "../types.ts";

/** Small positive integer by which catalog and index agree on an image; stable for the image's life, never used again. */
export type ImageKey = number;

export interface CatalogImage {
  readonly key: ImageKey;
  readonly record: ImageRecord;
}
