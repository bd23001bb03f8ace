import type { ImageId } from "./image.ts";

/** What a picture is recognised by, whether or not it is in the library. */
export interface KnownPicture {
  readonly id: ImageId;
  /** Perceptual hash. Empty: it is recognised by its bytes alone, as is what moves. */
  readonly fingerprint: Uint8Array;
  readonly thumbnail: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly isCut?: boolean | undefined;
  /** For a finer look than the thumbnail allows: a picture of the same pixels, smaller if need be. */
  readonly close?: { readonly id: ImageId; readonly bytes: Uint8Array } | undefined;
}
