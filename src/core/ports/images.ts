import type {
  EmbeddingSpace,
  ImageId,
  ImageRecord,
  MonthCount,
  Part,
  PartlyReadCounts,
  Placement,
  RemoveReport,
  Scope,
} from "../types.ts";
import type { DatedPicture, EmbeddedPicture, MeasuredPicture } from "./embedder.ts";

/** Small positive integer by which catalog and index agree on an image; stable for the image's life, never used again. */
export type ImageKey = number;

export interface CatalogImage {
  readonly key: ImageKey;
  readonly record: ImageRecord;
}

/** "first": of an image with more than 100 placements only the first, and the newest, which dates it. Default "all". */
export type PlacementExtent = "all" | "first";

export interface NewImage extends EmbeddedPicture {
  readonly placement: Placement;
  readonly space: EmbeddingSpace;
  /** Whether what is known of the image is replaced: facts, thumbnail, fingerprint, parts and these embeddings. Default false. */
  readonly replaces?: boolean | undefined;
}

/** What the decoder of today makes of an image. */
export interface RereadImage extends DatedPicture {
  /** Where that is something else than before: all of it, in place of what every model knew. */
  readonly replacement?: Omit<NewImage, "placement" | "replaces"> | undefined;
}

export interface StoredFingerprint {
  readonly key: ImageKey;
  readonly id: ImageId;
  readonly fingerprint: Uint8Array;
}

/** A frame of what moves, and when it is shown. */
export interface StoredShot {
  readonly atMs: number;
  readonly fingerprint: Uint8Array;
}

export interface Totals {
  readonly images: number;
  readonly placements: number;
  readonly failed: number;
}

export interface ImageStore {
  /**
   * Rows, vectors, thumbnails and placements in one step. An image that is there already, as another process may have
   * added it meanwhile, only gains the placement unless this one `replaces` it.
   */
  put(images: readonly NewImage[]): Promise<void>;
  /** Adds or replaces placements of known images. @throws NotFoundError for an id that is not there. */
  putPlacements(
    placements: readonly { readonly id: ImageId; readonly placement: Placement }[],
  ): Promise<void>;
  /** Whether this image is there; with a space, also its embedding in it. */
  has(id: ImageId, space?: EmbeddingSpace): Promise<boolean>;
  /** Ids in scope that start with these lower-case hex digits, at most `limit`, in their order. */
  idsWithPrefix(prefix: string, scope: Scope, limit: number): Promise<ImageId[]>;
  /** In the order of the keys; unknown keys are left out. Placements outside the scope are left out when one is given. */
  byKey(keys: readonly ImageKey[], scope?: Scope, extent?: PlacementExtent): Promise<CatalogImage[]>;
  byId(ids: readonly ImageId[], scope?: Scope, extent?: PlacementExtent): Promise<CatalogImage[]>;
  /** Only their ids, in the order of the keys; unknown keys are left out. */
  idsByKey(keys: readonly ImageKey[]): Promise<ImageId[]>;
  count(scope: Scope): Promise<number>;
  /** Images in scope by date, that of the newest visible placement; ties by lower key. */
  byDate(scope: Scope, order: "newest" | "oldest", limit: number): Promise<ImageKey[]>;
  /** How many images in scope are of each month, by the date of their newest visible placement; those without a date are left out. */
  months(scope: Scope): Promise<MonthCount[]>;
  /** Of a part that is not known, that of the nearest frame before it, else of the whole. */
  thumbnail(id: ImageId, part?: Part): Promise<Uint8Array | undefined>;
  /** Of each image its shots in order of time, the one that stands for the whole too; images that do not move are left out. */
  shots(keys: readonly ImageKey[]): Promise<ReadonlyMap<ImageKey, readonly StoredShot[]>>;
  /** In batches, by key. */
  fingerprints(scope: Scope): AsyncIterable<readonly StoredFingerprint[]>;
  fingerprint(key: ImageKey): Promise<Uint8Array | undefined>;
  /**
   * Pictures that may be the same as the one with this fingerprint, of the whole library: all whose windows have
   * hashes near its own, found without reading the others, and some more. In batches; one may come twice.
   */
  lookAlikes(fingerprint: Uint8Array, signal?: AbortSignal): AsyncIterable<readonly StoredFingerprint[]>;
  /** Images with files that an older decoder read, at most `limit`, by key after `after`. */
  outdated(after: ImageKey, limit: number): Promise<CatalogImage[]>;
  isOutdated(id: ImageId): Promise<boolean>;
  /** These are no longer outdated. Capture times are replaced and the files dated again; images that are gone are skipped. */
  putReread(images: readonly RereadImage[]): Promise<void>;
  /** Of the images in scope. */
  partlyRead(scope: Scope): Promise<PartlyReadCounts>;
  /** Those that are no longer in the catalog are left out. */
  putQualities(measured: readonly MeasuredPicture[]): Promise<void>;
  /** Erases these images whatever placements they have. */
  remove(ids: readonly ImageId[]): Promise<RemoveReport>;
  /** Of the whole library. */
  totals(): Promise<Totals>;
}
