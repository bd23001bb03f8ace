import type {
  CarriedWords,
  Edit,
  Embedding,
  EmbeddingSpace,
  ImageId,
  ModelTraits,
  Part,
  Picture,
  PicturePart,
  RenderedImage,
} from "../types.ts";

/** Where the bytes of a picture come from. A path is read by the embedder itself, away from the caller's event loop. */
export type PictureSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** Whether a picture is to be decoded and embedded, once its id is known. */
export type IsWanted = (id: ImageId) => Promise<boolean>;

/** A shot of a film or an animation, a page of a document. */
export interface EmbeddedPart extends PicturePart {
  readonly embedding: Embedding;
}

export interface EmbeddedPicture {
  readonly picture: Picture;
  /** Of the whole, or of what stands for it. */
  readonly embedding: Embedding;
  /** What else of it is found by itself; absent where there is nothing. */
  readonly parts?: readonly EmbeddedPart[] | undefined;
}

export interface IdentifiedPicture {
  readonly id: ImageId;
  /** Absent when it was not wanted. */
  readonly embedded?: EmbeddedPicture | undefined;
}

/** What a picture's metadata say of it. */
export type DatedPicture = Pick<Picture, "id" | "takenAt" | "facts">;

/** What a picture's header tells. */
export interface InspectedPicture extends DatedPicture {
  readonly carried: CarriedWords;
  /** Whether an older decoder made something else of the picture. */
  readonly decodesDifferently: boolean;
}

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
      /** Default: the whole, or what stands for it. */
      readonly part?: Part | undefined;
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

/** A picture of the library, to be compared with others by what its pixels show. */
export interface ComparablePicture {
  readonly id: ImageId;
  readonly thumbnail: Uint8Array;
  /** Of the original. */
  readonly width: number;
  readonly height: number;
  /** Its file ends before the picture does: what a decoder filled the rest with is not compared. */
  readonly isCut?: boolean | undefined;
  /** For a finer look than the thumbnail allows; ignored when its bytes are not those of the id. */
  readonly original?: PictureSource | undefined;
}

/** What the pixels of two pictures, laid on each other, tell. */
export interface PictureComparison {
  /** same: one picture; variant: one template with other content; similar: one scene. */
  readonly outcome: "same" | "variant" | "similar" | "different";
  /** They are the same as far as thumbnails show; originals could still show other words or small drawings. */
  readonly inDoubt: boolean;
  /** What was done to the second ("member") beside the first ("reference"); empty unless they are the same,
   * or variants with something laid over each in another place. */
  readonly edits: readonly PlacedEdit[];
  /** Of all that either shows where they overlap, the share in which both agree, 0..1. */
  readonly agreement: number;
}

/** An edit of a picture, and where something was laid over it. */
export interface PlacedEdit extends Edit {
  /** Cells of a grid of 12 x 12, row by row, of the picture on which nothing was laid. */
  readonly places?: readonly number[];
}

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
  /**
   * The same for a picture that may be known: its bytes are read and hashed once, and decoded only if `isWanted` says so,
   * which may be asked again when the work was interrupted.
   * @throws PictureError as `embedPicture`, and whatever `isWanted` throws
   */
  embedIfWanted(source: PictureSource, isWanted: IsWanted, signal?: AbortSignal): Promise<IdentifiedPicture>;
  /** Files of more bytes are refused without being read. */
  readonly maxBytes: number;
  /** Bytes of memory that decoding one picture may take. */
  readonly maxMemory?: number | undefined;
  /** Pictures in flight at which throughput is best on this machine. */
  readonly concurrency: number;
  embedTexts(texts: readonly string[], signal?: AbortSignal): Promise<EmbeddedText[]>;
  /**
   * Draws a picture where pictures are decoded: what its bytes do to the decoder, they do not do to the caller.
   * @throws PictureError when this picture cannot be used; the embedder stays usable.
   */
  render(rendering: Rendering, signal?: AbortSignal): Promise<RenderedImage>;
  /**
   * Reads the metadata and header of a picture, where pictures are decoded.
   * @throws PictureError when this picture cannot be used; the embedder stays usable.
   */
  inspectPicture(source: PictureSource, signal?: AbortSignal): Promise<InspectedPicture>;
  /**
   * Measures a picture in all its pixels, which embedding it may have reduced, where pictures are decoded.
   * @throws PictureError when this picture cannot be used; the embedder stays usable.
   */
  measurePicture(source: PictureSource, signal?: AbortSignal): Promise<MeasuredPicture>;
  /**
   * Compares pairs of the given pictures, named by their positions; the answers are in the order of the pairs. A
   * picture that cannot be read is different from every other.
   */
  compare(
    pictures: readonly ComparablePicture[],
    pairs: readonly (readonly [first: number, second: number])[],
    signal?: AbortSignal,
  ): Promise<PictureComparison[]>;
  /**
   * In how many of the pictures that the model learned from each word was said; undefined where nobody counted. What a
   * model was rarely or never shown, it can only guess.
   */
  trainingCounts?(words: readonly string[]): Promise<readonly number[] | undefined>;
  /** Whether the programs that films are read with are there. */
  readsFilms?(): Promise<boolean>;
  /** Stops the child process. The embedder starts again on the next call unless it was disposed of by its owner. */
  close(): Promise<void>;
}
