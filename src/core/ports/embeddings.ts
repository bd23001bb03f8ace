import type { Embedding, EmbeddingSpace, ImageId, Part, Scope } from "../types.ts";
import type { CatalogImage, ImageKey } from "./images.ts";

/** A state of a space's embeddings. Opaque: it is compared for equality, and only the catalog that issued it can read it. */
export type ChangeToken = string;

/** Of an image whose embeddings changed; what they are now is read from the store. */
export interface Change {
  readonly key: ImageKey;
  readonly removed: boolean;
}

export interface ChangeBatch {
  /** The latest change of each image. */
  readonly changes: readonly Change[];
  /** The state that these changes lead to. */
  readonly token: ChangeToken;
  /** Whether there may be more after it. */
  readonly more: boolean;
}

export interface StoredEmbedding {
  readonly key: ImageKey;
  readonly embedding: Embedding;
}

export interface StoredPart extends StoredEmbedding {
  readonly part: Part;
}

/** An embedding belongs to a space, an image and a part of it; a change of any part is a change of the image. */
export interface EmbeddingStore {
  put(
    space: EmbeddingSpace,
    embeddings: readonly {
      readonly id: ImageId;
      readonly embedding: Embedding;
      /** Default: the whole image. Other parts need the whole to be there. */
      readonly part?: Part | undefined;
    }[],
  ): Promise<void>;
  /** Of frames, pages and tiles; in batches, by key. */
  readParts(space: EmbeddingSpace, keys?: readonly ImageKey[]): AsyncIterable<readonly StoredPart[]>;
  /** Of images as a whole; in batches, by key. */
  read(space: EmbeddingSpace, keys?: readonly ImageKey[]): AsyncIterable<readonly StoredEmbedding[]>;
  count(space: EmbeddingSpace): Promise<number>;
  /** Ascending; no vector is read. */
  keys(space: EmbeddingSpace): Promise<ImageKey[]>;
  /** Images in scope without an embedding in this space. */
  countMissing(space: EmbeddingSpace, scope: Scope): Promise<number>;
  /** Images without an embedding in this space, at most `limit`, by key after `after`. */
  missing(space: EmbeddingSpace, after: ImageKey, limit: number): Promise<CatalogImage[]>;
  spaces(): Promise<{ space: EmbeddingSpace; images: number }[]>;
  /** Spaces that hold embeddings, but this one; cheap. */
  otherSpaces(space: EmbeddingSpace): Promise<EmbeddingSpace[]>;
  /** Images, of these if given, with an embedding in `space` and none in `other`; ascending, no vector is read. */
  keysOnlyIn(space: EmbeddingSpace, other: EmbeddingSpace, keys?: readonly ImageKey[]): Promise<ImageKey[]>;
  /** Images in scope with an embedding in `space` and none in `other`. */
  countOnlyIn(space: EmbeddingSpace, other: EmbeddingSpace, scope: Scope): Promise<number>;
  dropSpace(space: EmbeddingSpace): Promise<void>;
  /** The space that queries are run in, and the model id to open for it. */
  activeModel(): Promise<{ model: string; space: EmbeddingSpace } | undefined>;
  setActiveModel(model: string, space: EmbeddingSpace): Promise<void>;
  /** The present state; it differs whenever an embedding was written or removed since. */
  changeToken(space: EmbeddingSpace): Promise<ChangeToken>;
  /** In batches of `limit`; undefined when the token is of another catalog, or of a state too long past. */
  changesSince(space: EmbeddingSpace, token: ChangeToken, limit: number): Promise<ChangeBatch | undefined>;
}
