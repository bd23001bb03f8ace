import type {
  DiscordPlacement,
  DiscordSelector,
  Embedding,
  EmbeddingSpace,
  FilePlacement,
  FilesByKind,
  ImageId,
  ImageRecord,
  ImageTag,
  ModelTraits,
  Picture,
  Placement,
  RemoveReport,
  RenderedImage,
  Scope,
  SkipCode,
  TagSummary,
  Timestamp,
  Verdict,
} from "./types.ts";

// ---------------------------------------------------------------- Embedder

/** Where the bytes of a picture come from. A path is read by the embedder itself, away from the caller's event loop. */
export type PictureSource = { readonly path: string } | { readonly bytes: Uint8Array };

export interface EmbeddedPicture {
  readonly picture: Picture;
  readonly embedding: Embedding;
}

/** When a picture says that it was taken. */
export type DatedPicture = Pick<Picture, "id" | "takenAt">;

export interface EmbeddedText {
  readonly embedding: Embedding;
  /** True when the text was longer than the model's context and only its beginning was embedded. */
  readonly truncated: boolean;
}

/** What is drawn for looking at, and the limits that it is made to fit into. */
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

/** Maps pictures and words into one vector space. Decoding and inference never run on the caller's event loop. */
export interface Embedder {
  readonly space: EmbeddingSpace;
  readonly dimensions: number;
  readonly traits: ModelTraits;
  /**
   * Decodes once, and gives the facts, thumbnail, perceptual hash and embedding that came of it.
   * Calls made side by side are batched; keep about `concurrency` of them in flight.
   * @throws PictureError when this picture cannot be used; the embedder stays usable.
   */
  embedPicture(source: PictureSource, signal?: AbortSignal): Promise<EmbeddedPicture>;
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
  /** Stops the child process. The embedder starts again on the next call unless it was disposed of by its owner. */
  close(): Promise<void>;
}

// ---------------------------------------------------------------- VectorIndex

/** Small positive integer by which catalog and index agree on an image; stable for the image's life, never used again. */
export type ImageKey = number;

export interface Neighbor {
  readonly key: ImageKey;
  /** Cosine similarity. */
  readonly score: number;
}

/** The keys a search may return. */
export interface KeySet extends Iterable<ImageKey> {
  readonly size: number;
  has(key: ImageKey): boolean;
}

export interface IndexQuery {
  readonly limit: number;
  /** Absent: everything. */
  readonly within?: KeySet | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Nearest-neighbour search over the embeddings of one space. Derived from the catalog, deletable at any moment. */
export interface VectorIndex {
  readonly kind: "exact" | "hnsw";
  readonly size: number;
  /** Adds or replaces. */
  put(key: ImageKey, embedding: Embedding): void;
  remove(key: ImageKey): void;
  get(key: ImageKey): Embedding | undefined;
  /** Best first, ties by lower key; scores are exact float32 cosines. Yields to the event loop while it works. */
  search(query: Embedding, question: IndexQuery): Promise<Neighbor[]>;
  close(): void;
}

// ---------------------------------------------------------------- Catalog

export interface CatalogImage {
  readonly key: ImageKey;
  readonly record: ImageRecord;
}

export interface NewImage {
  readonly picture: Picture;
  readonly placement: Placement;
  readonly space: EmbeddingSpace;
  readonly embedding: Embedding;
}

export interface Root {
  readonly path: string;
  readonly kind: "folder" | "file";
  readonly state: "online" | "offline";
  readonly addedAt: Timestamp;
  readonly lastScanAt: Timestamp | null;
}

/** A folder inside a root in which a disk is mounted, or was when it was last there. */
export interface Mount {
  readonly path: string;
  readonly device: string;
  /** Its files are kept, marked as not online. */
  readonly away: boolean;
}

/** What the last scan knew of a file, whether it became an image or failed. */
export interface KnownFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: Timestamp;
  /** Absent for a file that failed. */
  readonly id?: ImageId | undefined;
  /** Why it failed, for a file that did. */
  readonly code?: SkipCode | undefined;
}

export interface Failure {
  /** Absolute path, or `discord:<guild>/<channel>/<message>/<attachment>`. */
  readonly origin: string;
  /** The root it lies in, for files. */
  readonly root?: string | undefined;
  readonly bytes: number;
  readonly modifiedAt: Timestamp;
  readonly code: SkipCode;
  readonly reason: string;
  readonly at: Timestamp;
}

export interface GuildChannel {
  readonly channelId: string;
  readonly parentId?: string | undefined;
  readonly images: number;
  readonly newest: Timestamp;
}

/** Where Discord can be asked for an attachment again. */
export type PostedAt = Pick<DiscordPlacement, "channelId" | "messageId" | "attachmentId">;

/** One step of the change sequence of a space, in order. */
export interface Change {
  readonly seq: number;
  readonly key: ImageKey;
  readonly gone: boolean;
}

export interface StoredEmbedding {
  readonly key: ImageKey;
  readonly embedding: Embedding;
}

export interface StoredFingerprint {
  readonly key: ImageKey;
  readonly id: ImageId;
  readonly fingerprint: Uint8Array;
}

/**
 * The truth about every image. Each method that writes is one atomic, durable step (a large removal is several, and
 * asking again finishes one that was cut short); what is long to read is read in slices, so that nobody waits, and may
 * or may not hold what is written meanwhile. Several processes may share one catalog.
 */
export interface Catalog {
  // Images
  /** Rows, vectors, thumbnails and placements in one step. An image that another process added meanwhile only gains the placement. */
  putImages(images: readonly NewImage[]): Promise<void>;
  /** Adds or replaces placements of known images. @throws NotFoundError for an id that is not there. */
  putPlacements(
    placements: readonly { readonly id: ImageId; readonly placement: Placement }[],
  ): Promise<void>;
  /** Whether this image is there; with a space, also its embedding in it. */
  has(id: ImageId, space?: EmbeddingSpace): Promise<boolean>;
  /** Ids in scope that start with these lower-case hex digits, at most `limit`, in their order. */
  idsWithPrefix(prefix: string, scope: Scope, limit: number): Promise<ImageId[]>;
  /** In the order asked; unknown keys are left out. Placements outside the scope are left out when one is given. */
  imagesByKey(keys: readonly ImageKey[], scope?: Scope): Promise<CatalogImage[]>;
  imagesById(ids: readonly ImageId[], scope?: Scope): Promise<CatalogImage[]>;
  /** Only their ids, in the order asked; unknown keys are left out. */
  idsByKey(keys: readonly ImageKey[]): Promise<ImageId[]>;
  thumbnail(id: ImageId): Promise<Uint8Array | undefined>;
  fingerprints(within?: KeySet): AsyncIterable<readonly StoredFingerprint[]>;
  fingerprint(key: ImageKey): Promise<Uint8Array | undefined>;
  /**
   * Pictures that may be the same as the one with this fingerprint, of the whole library: all whose windows have
   * hashes near its own, found without reading the others, and some more. In batches; one may come twice.
   */
  lookAlikes(fingerprint: Uint8Array, signal?: AbortSignal): AsyncIterable<readonly StoredFingerprint[]>;

  /** Images with files whose capture time an earlier release read, at most `limit`, by key after `after`. */
  withUnreadDate(after: ImageKey, limit: number): Promise<CatalogImage[]>;
  /** Replaces capture times and dates the files again; images that are gone are passed over. */
  putCaptureTimes(read: readonly DatedPicture[]): Promise<void>;

  // Scope
  /** The images that the scope lets a question see; undefined when it is every image there is. */
  keysInScope(scope: Scope): Promise<KeySet | undefined>;
  /** Images in scope by date, that of the newest visible placement; ties by lower key. */
  keysByDate(scope: Scope, order: "newest" | "oldest", limit: number): Promise<ImageKey[]>;

  // Files and roots
  roots(): Promise<Root[]>;
  putRoot(path: string, kind: Root["kind"]): Promise<void>;
  /** Offline: the placements stay, marked. Online: they are marked reachable again and the scan time is set. */
  setRootState(path: string, state: Root["state"]): Promise<void>;
  /** Erases the root, its placements and failures, and images left without a placement. */
  removeRoot(path: string): Promise<RemoveReport>;
  mounts(root: string): Promise<Mount[]>;
  /** Replaces what is known of the disks mounted inside the root. */
  putMounts(root: string, mounts: readonly Mount[]): Promise<void>;
  /** Files of kinds that are not read, as the last whole scan of the root counted them. */
  otherKinds(root: string): Promise<FilesByKind>;
  putOtherKinds(root: string, files: FilesByKind): Promise<void>;
  /** What is known of this path and of all below it: files of images, and files that failed. */
  knownFiles(path: string): Promise<Map<string, KnownFile>>;
  filePlacement(path: string): Promise<{ id: ImageId; placement: FilePlacement } | undefined>;
  /**
   * Erases file placements, and images left without a placement. Verdicts on such an image stay (a file that a
   * scan misses may come back) unless a person asked for it: `forGood`.
   */
  removeFiles(
    paths: readonly string[],
    options?: { readonly forGood?: boolean | undefined },
  ): Promise<RemoveReport>;
  putFailures(failures: readonly Failure[]): Promise<void>;
  clearFailures(origins: readonly string[]): Promise<void>;
  failures(limit?: number): Promise<Failure[]>;

  // Discord
  /** Failures of the selected attachments are erased too: no id of a deleted message stays. */
  removeDiscord(selector: DiscordSelector): Promise<RemoveReport>;
  discordPlacements(selector: DiscordSelector): Promise<{ id: ImageId; placement: DiscordPlacement }[]>;
  /**
   * Which of these attachments are placed and embedded in the active space, or failed for good: neither needs to be
   * fetched again. As long as no model is active, being placed is enough.
   */
  knownAttachments(attachmentIds: readonly string[]): Promise<Set<string>>;
  /** Attachments of a guild that are placed without being known, as a switch of models leaves them. */
  unembeddedPosts(guildId: string): Promise<PostedAt[]>;
  /** Channels and threads of a guild that have placements. */
  guildChannels(guildId: string): Promise<GuildChannel[]>;
  /** Sets or clears the caption of a message's placements. */
  setCaption(guildId: string, messageId: string, caption: string | undefined): Promise<void>;
  /** Erases every caption of a guild. */
  forgetCaptions(guildId: string): Promise<void>;

  /** Erases these images whatever placements they have. */
  removeImages(ids: readonly ImageId[]): Promise<RemoveReport>;

  // Embeddings
  putEmbeddings(
    space: EmbeddingSpace,
    embeddings: readonly { readonly id: ImageId; readonly embedding: Embedding }[],
  ): Promise<void>;
  /** In batches, by key. */
  embeddings(space: EmbeddingSpace, keys?: readonly ImageKey[]): AsyncIterable<readonly StoredEmbedding[]>;
  countEmbeddings(space: EmbeddingSpace): Promise<number>;
  /** Ascending; no vector is read. */
  embeddedKeys(space: EmbeddingSpace): Promise<ImageKey[]>;
  /** Images without an embedding in this space, at most `limit`, by key after `after`. */
  unembedded(space: EmbeddingSpace, after: ImageKey, limit: number): Promise<CatalogImage[]>;
  spaces(): Promise<{ space: EmbeddingSpace; images: number }[]>;
  /** Spaces that hold embeddings, but this one; cheap. */
  otherSpaces(space: EmbeddingSpace): Promise<EmbeddingSpace[]>;
  /** Images, of these if given, with an embedding in `space` and none in `other`; ascending, no vector is read. */
  embeddedOnlyIn(
    space: EmbeddingSpace,
    other: EmbeddingSpace,
    keys?: readonly ImageKey[],
  ): Promise<ImageKey[]>;
  dropSpace(space: EmbeddingSpace): Promise<void>;
  /** The space that answers questions, and the model id to open for it. */
  activeModel(): Promise<{ model: string; space: EmbeddingSpace } | undefined>;
  setActiveModel(model: string, space: EmbeddingSpace): Promise<void>;
  latestSeq(space: EmbeddingSpace): Promise<number>;
  /** Steps after `seq`, oldest first; undefined when the sequence no longer reaches back that far. */
  changesSince(space: EmbeddingSpace, seq: number, limit: number): Promise<Change[] | undefined>;

  // Tags
  /** Replaces the model's tags of these images; tags a person removed stay away, a person's own stay. */
  setModelTags(
    tags: readonly { readonly key: ImageKey; readonly tags: readonly Omit<ImageTag, "by">[] }[],
  ): Promise<void>;
  putUserTag(id: ImageId, tag: string): Promise<void>;
  /** Remembered: the model cannot put it back. */
  rejectTag(id: ImageId, tag: string): Promise<void>;
  tagSummaries(scope?: Scope): Promise<TagSummary[]>;

  // Verdicts and cursors
  putVerdict(verdict: Verdict): Promise<void>;
  verdicts(): Promise<Verdict[]>;
  /** Small durable notes of position: Discord backfill cursors, high-water marks, the tag vocabulary's version. */
  getState(name: string): Promise<string | undefined>;
  setState(name: string, value: string | undefined): Promise<void>;
  listState(prefix: string): Promise<Map<string, string>>;

  // Housekeeping
  counts(): Promise<{ images: number; placements: number; failed: number }>;
  /** Of file placements and failures at this path or below it. */
  countsBelow(path: string): Promise<{ images: number; placements: number; failed: number }>;
  guildCounts(): Promise<{ guildId: string; channels: number; images: number }[]>;
  /** One holder at a time across processes; expires when its holder dies. Undefined when somebody else holds it. */
  lease(name: string, ttlMs: number): Promise<Lease | undefined>;
  /** Problems found, each a sentence; empty when sound. */
  check(): Promise<string[]>;
  close(): Promise<void>;
}

export interface Lease {
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

// ---------------------------------------------------------------- Settings

/** Small values by name, with an optional time to live; never the only copy of an image's data. */
export interface Settings {
  get<Value>(key: string): Promise<Value | undefined>;
  set<Value>(key: string, value: Value, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<boolean>;
  close(): Promise<void>;
}
