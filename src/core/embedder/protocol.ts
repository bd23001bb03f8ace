import type { ReadPicture } from "../image/read-picture.ts";
import type { LocatedModel } from "../models/located-model.ts";
import type { DatedPicture, EmbeddedText, PictureSource, Rendering } from "../ports.ts";
import type { Embedding, ImageRecipe, Picture, PictureLimits, RenderedImage, SkipCode } from "../types.ts";

/** What the embedder and its child process say to each other. A ticket names one request until its answer. */

export interface ChildOptions {
  readonly kind: "open";
  readonly model: LocatedModel;
  readonly limits: PictureLimits;
  readonly tuning: Tuning;
}

/** How the child spreads its work; chosen by measurement, see bench/indexing.ts. */
export interface Tuning {
  /** Pictures in one run of the image tower. */
  readonly batch: number;
  /** Threads that decode. */
  readonly decoders: number;
  /** Threads of one inference. */
  readonly threads: number;
}

export type ChildRequest =
  | ChildOptions
  | { readonly kind: "picture"; readonly ticket: number; readonly source: PictureSource }
  | { readonly kind: "render"; readonly ticket: number; readonly rendering: Rendering }
  | { readonly kind: "date"; readonly ticket: number; readonly source: PictureSource }
  | { readonly kind: "texts"; readonly ticket: number; readonly texts: readonly string[] }
  | { readonly kind: "cancel"; readonly ticket: number }
  | { readonly kind: "checks"; readonly ticket: number };

export type ChildMessage =
  /** Everything native is loaded: a death from here on is the work's doing. */
  | { readonly kind: "ready" }
  | {
      readonly kind: "picture";
      readonly ticket: number;
      readonly picture: Picture;
      readonly embedding: Embedding;
      /** Resident memory of the child, in bytes. */
      readonly rss: number;
    }
  | { readonly kind: "render"; readonly ticket: number; readonly rendered: RenderedImage }
  | { readonly kind: "date"; readonly ticket: number; readonly dated: DatedPicture }
  | { readonly kind: "texts"; readonly ticket: number; readonly answers: readonly EmbeddedText[] }
  | { readonly kind: "checks"; readonly ticket: number; readonly results: readonly CheckResult[] }
  | { readonly kind: "refused"; readonly ticket: number; readonly refusal: SerializedError };

/** One published answer of a model beside what its files here give. */
export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** An error in a form that survives the way between processes. */
export type SerializedError =
  | { readonly kind: "picture"; readonly code: SkipCode; readonly message: string }
  | { readonly kind: "model"; readonly message: string }
  | { readonly kind: "expected"; readonly message: string }
  | { readonly kind: "defect"; readonly message: string; readonly stack?: string | undefined };

/** Between the child and its decoding threads. */
export interface DecodeSetup {
  readonly recipe: ImageRecipe;
  readonly limits: PictureLimits;
}

export interface DecodeRequest {
  readonly ticket: number;
  readonly source: PictureSource;
}

export interface DecodeResponse {
  readonly ticket: number;
  readonly read?: ReadPicture;
  readonly refusal?: SerializedError;
}
