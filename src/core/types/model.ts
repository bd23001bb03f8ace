/** Unit-length float32 vector: the dot product of two embeddings of one model is their cosine similarity. */
export type Embedding = Float32Array;

/** What an embedding shows of its image. Fractions are of the image's width and height, from the top left. */
export type Part =
  | { readonly kind: "whole" }
  | { readonly kind: "frame"; readonly atMs: number }
  /** From 1. */
  | { readonly kind: "page"; readonly page: number }
  | {
      readonly kind: "tile";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    };

/**
 * The space an embedding lives in: model id, variant and a digest of the weights, such as
 * `clip-vit-b32:fp16@35c4e0fb`. Embeddings are compared only when this is equal.
 */
export type EmbeddingSpace = string;

/** How a model's image tower wants its pixels; data of the model, equal to its Python reference. */
export interface ImageRecipe {
  /** Input side in pixels. */
  readonly size: number;
  /**
   * squash: straight to size x size. crop: shorter side to size, longer side floored, centre crop. pad: longer side to
   * size, shorter side rounded, in the middle of a square of `fill`.
   */
  readonly resize: "squash" | "crop" | "pad";
  /** Red, green and blue, 0 to 255. Default black. */
  readonly fill?: readonly [number, number, number] | undefined;
  /** Pillow's antialiased filters. */
  readonly interpolation: "bicubic" | "bilinear" | "lanczos";
  /**
   * composite: transparent pictures as they are seen, on white (on black where they would not show). drop: the colours
   * stored under transparent pixels, as the Python references have it. Default "composite".
   */
  readonly alpha?: "composite" | "drop" | undefined;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** What searching and labelling need to know of a model. Every number is measured per model. */
export interface ModelTraits {
  readonly id: string;
  readonly name: string;
  /** How a cosine becomes a probability: CLIP compares labels with each other, SigLIP judges each alone. */
  readonly score:
    | { readonly kind: "softmax"; readonly scale: number }
    | { readonly kind: "sigmoid"; readonly scale: number; readonly bias: number };
  /** What its texts may be written in; absent where the descriptor does not say. */
  readonly languages?: "english" | "many" | undefined;
  /** Prompt templates for labels, `{}` where the label goes. */
  readonly templates: readonly string[];
  readonly thresholds: {
    /**
     * Cosine below which a label that stands alone is "none of these"; with several labels the bar rises with
     * their number (labels/calibrate.ts).
     */
    readonly none: number;
    /** Cosine at which a tag scores 0.5 and so holds when its vocabulary names no threshold. */
    readonly tag: number;
    /** Image-to-image cosine from which two hits are near-identical and collapse into one. */
    readonly alike: number;
    /** Image-to-image cosine from which two images are "similar" duplicates: burst shots, one scene. */
    readonly similar: number;
    /**
     * Text-to-image cosine that the best hits of one picture stay below when the library has nothing that was asked
     * for; with more pictures the bar rises (search/fit.ts). Absent where nobody measured or estimated it.
     */
    readonly nothing?: { readonly cosine: number; readonly measured: boolean } | undefined;
  };
}
