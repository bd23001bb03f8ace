import type { ReadPicture } from "../image/read-picture.ts";
import type { LocatedModel, LocatedReader } from "../models/located-model.ts";
import type {
  ComparablePicture,
  EmbeddedPart,
  EmbeddedText,
  InspectedPicture,
  MeasuredPicture,
  PictureComparison,
  PictureSource,
  ReadPictureText,
  Rendering,
} from "../ports.ts";
import type {
  Device,
  Embedding,
  ImageId,
  ImageRecipe,
  Picture,
  PictureLimits,
  RenderedImage,
  SkipCode,
} from "../types.ts";
import type { FoundDevice } from "./device-tower.ts";

/** The messages between the embedder and its child process. A `requestId` identifies one request until its response. */

export interface OpenRequest {
  readonly kind: "open";
  readonly model: LocatedModel;
  readonly limits: PictureLimits;
  readonly tuning: Tuning;
  /** What the image tower may run on besides the CPU, in the order in which it is tried. */
  readonly devices: readonly Device[];
  /** Whether that was asked for; else the CPU does what is done sooner by it. */
  readonly deviceAsked: boolean;
}

/** How the child divides its work; chosen by measurement, see bench/indexing.ts. */
export interface Tuning {
  /** Most pictures in one run of the image tower on the CPU. */
  readonly batch: number;
  /** Threads that decode. */
  readonly decoders: number;
  /** Threads of one inference on the CPU; 0: as many as onnxruntime finds cores. */
  readonly threads: number;
}

export type ChildRequest =
  | OpenRequest
  | {
      readonly kind: "picture";
      readonly requestId: number;
      readonly source: PictureSource;
      /** Whether the child sends the picture's id and waits for a decision before it decodes. */
      readonly asks: boolean;
    }
  | { readonly kind: "decision"; readonly requestId: number; readonly isWanted: boolean }
  | { readonly kind: "render"; readonly requestId: number; readonly rendering: Rendering }
  | { readonly kind: "inspect"; readonly requestId: number; readonly source: PictureSource }
  | { readonly kind: "measure"; readonly requestId: number; readonly source: PictureSource }
  | { readonly kind: "compare"; readonly requestId: number; readonly comparisons: ComparisonBatch }
  | {
      readonly kind: "read";
      readonly requestId: number;
      readonly source: PictureSource;
      readonly readers: readonly LocatedReader[];
      readonly moments?: readonly number[] | undefined;
    }
  | { readonly kind: "texts"; readonly requestId: number; readonly texts: readonly string[] }
  | { readonly kind: "cancel"; readonly requestId: number }
  | { readonly kind: "checks"; readonly requestId: number }
  | { readonly kind: "choose"; readonly requestId: number };

export type ChildMessage =
  /** Everything native is loaded: a crash from here on is caused by the work. */
  | { readonly kind: "ready" }
  | { readonly kind: "identified"; readonly requestId: number; readonly id: ImageId }
  | { readonly kind: "unwanted"; readonly requestId: number; readonly id: ImageId }
  | {
      readonly kind: "picture";
      readonly requestId: number;
      readonly picture: Picture;
      readonly embedding: Embedding;
      readonly parts?: readonly EmbeddedPart[] | undefined;
      /** Resident memory of the child, in bytes. */
      readonly rss: number;
    }
  | { readonly kind: "render"; readonly requestId: number; readonly rendered: RenderedImage }
  | { readonly kind: "inspect"; readonly requestId: number; readonly inspected: InspectedPicture }
  | { readonly kind: "measure"; readonly requestId: number; readonly measured: MeasuredPicture }
  | { readonly kind: "compare"; readonly requestId: number; readonly compared: readonly PictureComparison[] }
  | {
      readonly kind: "read";
      readonly requestId: number;
      readonly read: ReadPictureText;
      readonly rss: number;
    }
  /** A film, or a picture full of text, takes longer than a child may be silent, and than others that it is overtaken by. */
  | { readonly kind: "reading"; readonly requestId?: number | undefined }
  /** A crash from here on, until `device`, is that device's. */
  | { readonly kind: "trying"; readonly device: Device }
  | { readonly kind: "device"; readonly found: FoundDevice; readonly rss: number }
  | { readonly kind: "chosen"; readonly requestId: number }
  | { readonly kind: "texts"; readonly requestId: number; readonly answers: readonly EmbeddedText[] }
  | { readonly kind: "checks"; readonly requestId: number; readonly results: readonly CheckResult[] }
  | { readonly kind: "failed"; readonly requestId: number; readonly error: SerializedError };

/** Pairs of these pictures, by position. */
export interface ComparisonBatch {
  readonly pictures: readonly ComparablePicture[];
  readonly pairs: readonly (readonly [first: number, second: number])[];
}

/** A published answer of a model, compared with the answer of the installed files. */
export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** An error as it is sent between processes. */
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

export type DecodeRequest =
  | {
      readonly kind: "read";
      readonly requestId: number;
      readonly source: PictureSource;
      readonly asks: boolean;
    }
  | { readonly kind: "decision"; readonly requestId: number; readonly isWanted: boolean }
  | { readonly kind: "compare"; readonly requestId: number; readonly comparisons: ComparisonBatch };

export type DecodeResponse =
  | { readonly kind: "identified"; readonly requestId: number; readonly id: ImageId }
  | { readonly kind: "unwanted"; readonly requestId: number }
  /** A film takes longer than a picture may. */
  | { readonly kind: "progress"; readonly requestId: number }
  | { readonly kind: "read"; readonly requestId: number; readonly read: ReadPicture }
  | {
      readonly kind: "compared";
      readonly requestId: number;
      readonly compared: readonly PictureComparison[];
    }
  | { readonly kind: "failed"; readonly requestId: number; readonly error: SerializedError };
