import type {
  Companion,
  CompanionCounts,
  DiscordPlacement,
  DiscordSelector,
  Embedding,
  EmbeddingSpace,
  FactCounts,
  FilePlacement,
  FilesByKind,
  ImageId,
  ImageTag,
  LeftOut,
  LongWork,
  MaintenanceReport,
  MonthCount,
  Part,
  PartlyReadCounts,
  Placement,
  RemoveReport,
  Scope,
  SidecarFacts,
  SkipCode,
  TagState,
  TagSummary,
  Timestamp,
  Verdict,
} from "../types.ts";
import type { CatalogImage, ImageKey } from "./catalog-image.ts";
import type { DatedPicture, EmbeddedPicture, MeasuredPicture, PictureComparison } from "./embedder.ts";
import type { MapStore } from "./maps.ts";
import type { MarkStore } from "./marks.ts";
import type { ReadingStore } from "./readings.ts";
import type { TextSearch } from "./text-search.ts";

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

export interface Root {
  readonly path: string;
  /** The host that the path belongs to: elsewhere the root is neither scanned nor offline. */
  readonly host: string;
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
  /** Absent when an earlier release read it. */
  readonly changedAt?: Timestamp | undefined;
  /** Absent for a file that failed. */
  readonly id?: ImageId | undefined;
  /** Why it failed, for a file that did. */
  readonly code?: SkipCode | undefined;
  /** Of a file that did not fail; absent for none. */
  readonly companions?: readonly FoundCompanion[] | undefined;
}

/** A file beside a picture, as a scan found it. */
export interface FoundCompanion extends Companion {
  /** Differs whenever a sidecar was written again; other kinds have none, nor have those that an earlier release found. */
  readonly stamp?: string | undefined;
}

/** Files that belong to a file of a picture. */
export interface CompanionsOf {
  readonly path: string;
  /** In order of path. */
  readonly companions: readonly FoundCompanion[];
}

export interface Failure {
  /** Absolute path, or `discord:<guild>/<channel>/<message>/<attachment>`. */
  readonly origin: string;
  /** The root it lies in, for files. */
  readonly root?: string | undefined;
  readonly bytes: number;
  readonly modifiedAt: Timestamp;
  /** For files, where a scan saw it: see `FilePlacement`. */
  readonly changedAt?: Timestamp | undefined;
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

/** Where an attachment can be requested from Discord again. */
export type PostedAt = Pick<DiscordPlacement, "channelId" | "messageId" | "attachmentId">;

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

export interface Lease {
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * The source of truth about every image. Each method that writes is one atomic, durable step (a large removal is
 * several, and calling it again finishes one that was interrupted); long reads are done in slices, so that no other
 * work is blocked, and may or may not include concurrent writes. Several processes may share one catalog.
 */
export interface Catalog {
  readonly images: ImageStore;
  readonly files: FileStore;
  readonly posts: PostStore;
  readonly embeddings: EmbeddingStore;
  readonly tags: TagStore;
  readonly texts: TextSearch;
  readonly readings: ReadingStore;
  readonly verdicts: VerdictStore;
  readonly marks: MarkStore;
  readonly maps: MapStore;
  readonly comparisons: ComparisonStore;
  readonly facts: FactsStore;
  readonly state: StateStore;
  readonly leases: LeaseStore;
  /** Problems found, each a sentence; empty when sound. */
  check(): Promise<string[]>;
  /** Rids the database's files of what was erased, if anything was since it was last done, or `force` is set. Takes long. */
  maintain(work?: LongWork & { readonly force?: boolean | undefined }): Promise<MaintenanceReport>;
  close(): Promise<void>;
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

/** Files, the roots they lie in, and the files that failed. */
export interface FileStore {
  roots(): Promise<Root[]>;
  /** Whether a path is a root or lies in one. */
  isAdded(path: string): Promise<boolean>;
  putRoot(path: string, kind: Root["kind"]): Promise<void>;
  /** Offline: the placements stay, marked. Online: they are marked reachable again, the root is of this host, and the scan time is set. */
  setRootState(path: string, state: Root["state"]): Promise<void>;
  /** Erases the root, its placements and failures, and images left without a placement. */
  removeRoot(path: string): Promise<RemoveReport>;
  mounts(root: string): Promise<Mount[]>;
  /** Replaces what is known of the disks mounted inside the root. */
  putMounts(root: string, mounts: readonly Mount[]): Promise<void>;
  /** Files of kinds that are not read, as the last whole scan of the root counted them. */
  otherKinds(root: string): Promise<FilesByKind>;
  putOtherKinds(root: string, files: FilesByKind): Promise<void>;
  /** What the last whole scan of the root left out. */
  leftOut(root: string): Promise<LeftOut>;
  putLeftOut(root: string, leftOut: LeftOut): Promise<void>;
  /**
   * What belongs to these files, in place of what was known; nothing is stored for files without an image. What sidecars say
   * of them is to be read again, and words where some were read before.
   */
  putCompanions(files: readonly CompanionsOf[]): Promise<void>;
  companionCounts(): Promise<CompanionCounts>;
  /** The file that this one is a companion of. */
  ofCompanion(path: string): Promise<string | undefined>;
  /** Records when these files last changed, their pictures being the same as before. */
  putChangeTimes(files: readonly { readonly path: string; readonly changedAt: Timestamp }[]): Promise<void>;
  /**
   * What is known of this path and of all below it: files of images, and files that failed. In batches, by path in the
   * order of its UTF-8 bytes, each once.
   */
  known(path: string): AsyncIterable<readonly KnownFile[]>;
  placement(path: string): Promise<{ id: ImageId; placement: FilePlacement } | undefined>;
  /**
   * Erases file placements, and images left without a placement. Verdicts on such an image stay (a file that a
   * scan misses may come back) unless a person requested it: `forGood`.
   */
  remove(
    paths: readonly string[],
    options?: { readonly forGood?: boolean | undefined },
  ): Promise<RemoveReport>;
  /** Of file placements and failures at this path or below it. */
  countsBelow(path: string): Promise<Totals>;
  putFailures(failures: readonly Failure[]): Promise<void>;
  clearFailures(origins: readonly string[]): Promise<void>;
  failures(limit?: number, isWanted?: (origin: string) => boolean): Promise<Failure[]>;
}

/** What was posted where on Discord. */
export interface PostStore {
  /** Failures of the selected attachments are erased too: no id of a deleted message stays. */
  remove(selector: DiscordSelector): Promise<RemoveReport>;
  placements(selector: DiscordSelector): Promise<{ id: ImageId; placement: DiscordPlacement }[]>;
  /** Of the selected posts, each once; far lighter than their placements. */
  imagesOf(selector: DiscordSelector): Promise<ImageKey[]>;
  /**
   * Which of these attachments are placed and embedded in the active space, or failed for good: neither needs to be
   * fetched again. As long as no model is active, being placed is enough.
   */
  knownAttachments(attachmentIds: readonly string[]): Promise<Set<string>>;
  /** Which of these attachments failed for good, wherever they were posted. */
  failedAttachments(attachmentIds: readonly string[]): Promise<Set<string>>;
  /** Attachments of a guild that are placed without being known, as a switch of models or an older decoder leaves them. */
  unembedded(guildId: string): Promise<PostedAt[]>;
  guilds(): Promise<{ guildId: string; channels: number; images: number }[]>;
  /** Channels and threads of a guild that have placements. */
  channels(guildId: string): Promise<GuildChannel[]>;
  /** Channels and threads of the guild in which any of these images was posted. */
  channelsOf(images: readonly ImageKey[], guildId: string): Promise<string[]>;
  /** Sets or clears the caption of a message's placements. */
  setCaption(guildId: string, messageId: string, caption: string | undefined): Promise<void>;
  /** Erases every caption of a guild. */
  eraseCaptions(guildId: string): Promise<void>;
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

export interface TagStore {
  /** Replaces the model's tags of these images; tags that a user put or rejected stay as they are. */
  setFromModel(
    tags: readonly { readonly key: ImageKey; readonly tags: readonly Omit<ImageTag, "by">[] }[],
  ): Promise<void>;
  /** As a user's own. */
  put(id: ImageId, tag: string): Promise<void>;
  /** Remembered: the model cannot put it back. */
  reject(id: ImageId, tag: string): Promise<void>;
  /** As a user's own, to many; images that are gone are skipped. @returns how many did not have it as a user's before */
  putAll(ids: readonly ImageId[], tag: string): Promise<number>;
  /**
   * Replaces what these files carry: keywords as tags, while those that a user put or rejected stay as they are, and
   * titles, which are searched. Both are seen where the file is, and go with it. A file that is gone, or holds another
   * picture by now, is skipped.
   */
  setFromFiles(carried: readonly WordsOfFile[]): Promise<void>;
  /** The tags that each of these files carries, without those that a user rejected. */
  carriedBy(paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /**
   * Files that came to a picture with carried words, or were given another picture, and whose words were not set since: at
   * most `limit`, after this path.
   */
  filesWithUnreadWords(after: string, limit: number): Promise<string[]>;
  /**
   * On every image that carries or rejected it, exactly as it is spelled here. Where an image has both, what a user said
   * is kept before what a file carries, and that before the model's. Of several steps; a repeated call finishes it.
   * @returns images that carried it
   */
  rename(from: string, to: string): Promise<number>;
  /** From every image, rejections included. Of several steps. @returns images that carried it */
  remove(tag: string): Promise<number>;
  summaries(scope?: Scope): Promise<TagSummary[]>;
  /**
   * Makes the image say exactly this of the tag, or nothing, whoever said something before; what its files carry stands
   * again where neither a person's word nor a rejection does.
   * @returns what it said before
   * @throws NotFoundError when the image is gone
   */
  replace(id: ImageId, tag: string, state: TagState | undefined): Promise<TagState | undefined>;
  /**
   * What people and the files in scope say of the tag, in any spelling, of images in scope or not; in batches, each image
   * once.
   */
  said(tag: string, scope: Scope): AsyncIterable<readonly TagDecision[]>;
}

export interface WordsOfFile {
  readonly path: string;
  /** Of its picture. */
  readonly id: ImageId;
  readonly tags: readonly string[];
  readonly titles: readonly string[];
}

export interface TagDecision {
  readonly key: ImageKey;
  /** False where a person withdrew the tag. */
  readonly isRight: boolean;
}

export interface VerdictStore {
  /** In place of an earlier one on the pair, which is kept as what was said before. */
  put(verdict: Verdict): Promise<void>;
  /** Of the pair in either order: what was said before stands again, or nothing. */
  takeBack(a: ImageId, b: ImageId): Promise<void>;
  /** Oldest first. */
  list(): Promise<Verdict[]>;
  /** Those on pairs with this image, oldest first. */
  of(id: ImageId): Promise<Verdict[]>;
  /** Counts the changes so far, of any process. */
  changes(): Promise<number>;
}

export interface StoredComparison {
  /** The lower key. */
  readonly first: ImageKey;
  readonly second: ImageKey;
  readonly comparison: PictureComparison;
}

/** What pixels told of pairs of images: kept to be quick, bounded in number, erased with either image. */
export interface ComparisonStore {
  /** Those of the pairs, each with its lower key first, that are known from the same way of comparing. */
  get(
    version: number,
    pairs: readonly (readonly [first: ImageKey, second: ImageKey])[],
  ): Promise<StoredComparison[]>;
  /** Pairs of which an image is gone are skipped. */
  put(version: number, comparisons: readonly StoredComparison[]): Promise<void>;
}

/** What metadata say of pictures in files, beside dates and words. What a picture's bytes say is put with the picture. */
export interface FactsStore {
  /**
   * What sidecars say of a file's picture, in place of what they said before; they are read then. Nothing is kept of a
   * file that is no longer this picture's.
   */
  setFromSidecars(
    read: readonly { readonly path: string; readonly id: ImageId; readonly facts: SidecarFacts }[],
  ): Promise<void>;
  /** Files whose sidecars are still to be read, by path. */
  unreadSidecars(after: string, limit: number): Promise<{ readonly path: string; readonly id: ImageId }[]>;
  /** Whether cameras, lenses, software and locations are stored. Default true. */
  keepsLocation(): Promise<boolean>;
  /** With false, those that are stored are erased; with true again, every file is read again. */
  keepLocation(isKept: boolean): Promise<void>;
  counts(scope: Scope): Promise<FactCounts>;
}

/** Small durable values by name: Discord backfill cursors, high-water marks, the tag vocabulary's version. */
export interface StateStore {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string | undefined): Promise<void>;
  list(prefix: string): Promise<Map<string, string>>;
  /** Those that say something of a person: no trace of them stays in the library's files. */
  erase(names: readonly string[]): Promise<void>;
}

export interface LeaseStore {
  /** One holder at a time across processes; expires when its holder dies. Undefined when another process holds it. */
  acquire(name: string, ttlMs: number): Promise<Lease | undefined>;
}
