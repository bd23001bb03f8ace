/** First: vectors of the landmarks, one after another, and their places where they have some (else they are laid out). */
export interface LandmarkMessage {
  readonly kind: "landmarks";
  readonly dimensions: number;
  readonly vectors: Float32Array;
  readonly places?: Float32Array | undefined;
}

/** Then, any number of times: vectors of pictures to be placed among the landmarks. */
export interface PlaceMessage {
  readonly kind: "place";
  readonly vectors: Float32Array;
}

export type LayoutMessage = LandmarkMessage | PlaceMessage;

export type LayoutReply =
  | { readonly kind: "round"; readonly done: number; readonly total: number }
  /** The answer to either message: x and y of each vector. */
  | { readonly kind: "places"; readonly places: Float32Array };
