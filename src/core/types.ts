/** The nouns of Glimpse. Everything here is plain data; nothing here does anything. */

/** Unit-length float32 vector: the dot product of two embeddings of one model is their cosine similarity. */
export type Embedding = Float32Array;

/** SHA-256 of the picture's bytes as 64 hex digits: the same bytes are one image wherever they were seen. */
export type ImageId = string;

/** An instant: milliseconds since 1970-01-01 UTC. */
export type Timestamp = number;

/**
 * What a calendar and a clock show, in no zone: milliseconds since 1970-01-01 00:00 on that same clock. The midnight
 * with which 6 May 2011 began is `Date.UTC(2011, 4, 6)`, wherever that was.
 */
export type WallClock = number;

/** Where a capture time was read: the picture's own fields, best first, or the name of its file. */
export type CaptureSource = "exif-original" | "exif-digitized" | "xmp" | "iptc" | "exif-ifd0" | "file-name";

/** When a picture was taken, as the clock showed where it was: a day is the picture's own in every zone. */
export interface CaptureTime {
  readonly wallClock: WallClock;
  /** Minutes that the clock was ahead of UTC, where the picture says so. */
  readonly offsetMinutes?: number | undefined;
  readonly source: CaptureSource;
}

/** The date that a picture goes by. File and post times are instants, shown as the reader's clock shows them. */
export type PictureDate = CaptureTime | { readonly instant: Timestamp; readonly source: "file" | "post" };

/**
 * One end of a span of time, as each kind of date is compared with it: capture times by the clock, file and post times
 * by the instant at which the reader's clock shows the same.
 */
export interface DateBound {
  readonly wallClock: WallClock;
  readonly instant: Timestamp;
}

/**
 * The space an embedding lives in: model id, variant and a digest of the weights, such as
 * `clip-vit-b32:fp16@35c4e0fb`. Embeddings are compared only when this is equal.
 */
export type EmbeddingSpace = string;

/** How a model's image tower wants its pixels; data of the model, equal to its Python reference. */
export interface ImageRecipe {
  /** Input side in pixels. */
  readonly size: number;
  /** squash: straight to size x size. crop: shorter side to size, longer side floored, centre crop. */
  readonly resize: "squash" | "crop";
  /** Pillow's antialiased filters. */
  readonly interpolation: "bicubic" | "bilinear";
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** What a picture may cost before it is refused. */
export interface PictureLimits {
  /** Width x height as stored in the header. Default 100 million. */
  readonly maxPixels: number;
  /** Default 200 MiB. */
  readonly maxBytes: number;
  /** For one picture, decoding and resizing. Default 30,000. */
  readonly timeoutMs: number;
}

/** What searching and labelling need to know of a model. Every number is measured per model. */
export interface ModelTraits {
  readonly id: string;
  readonly name: string;
  /** How a cosine becomes a probability: CLIP compares labels with each other, SigLIP judges each alone. */
  readonly score:
    | { readonly kind: "softmax"; readonly scale: number }
    | { readonly kind: "sigmoid"; readonly scale: number; readonly bias: number };
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
  };
}

/** A file inside an added folder (or added by itself). */
export interface FilePlacement {
  readonly kind: "file";
  /** Absolute path of the added folder or file that this belongs to. */
  readonly root: string;
  /** Absolute path. Untrusted text: may hold control and bidi characters. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: Timestamp;
  /** The date in its name, where that has one of the well-known forms; the catalog finds it. */
  readonly namedAt?: WallClock | undefined;
  /** False while the root cannot be reached; the image is kept and still found. */
  readonly online: boolean;
}

/** An attachment of a Discord message. URLs are never kept: they expire, ids do not. */
export interface DiscordPlacement {
  readonly kind: "discord";
  readonly guildId: string;
  /** Channel or thread the message is in. */
  readonly channelId: string;
  /** Parent channel when `channelId` is a thread. */
  readonly parentId?: string | undefined;
  readonly messageId: string;
  readonly attachmentId: string;
  readonly authorId: string;
  readonly filename: string;
  readonly postedAt: Timestamp;
  /** Hidden behind a tap by its poster. */
  readonly spoiler: boolean;
  /** Posted in an age-restricted channel. */
  readonly ageRestricted: boolean;
  /** Message text, kept only where a server turned caption search on. */
  readonly caption?: string | undefined;
}

/** Where an image was seen. Permissions, filters and deletion act on placements. */
export type Placement = FilePlacement | DiscordPlacement;

export type ImageFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "tiff" | "bmp";

/** What one decoding of a picture tells, before any model has seen it. */
export interface Picture {
  readonly id: ImageId;
  readonly format: ImageFormat;
  /** Pixels as displayed, EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Where the picture itself carries one. */
  readonly takenAt: CaptureTime | null;
  /** WebP, longest side at most 256 pixels, no metadata. */
  readonly thumbnail: Uint8Array;
  /** Perceptual hash; see image/perceptual-hash.ts for its layout. */
  readonly fingerprint: Uint8Array;
}

export interface ImageTag {
  readonly tag: string;
  /** Who says so: a person's word outweighs the model's and is never undone by it. */
  readonly by: "person" | "model";
  /** 0..1 for the model's tags, 0.5 at the model's own threshold (`VocabularyTag`); 1 for a person's. */
  readonly score: number;
}

/** One image as the catalog knows it, without its vector and thumbnail. */
export interface ImageRecord {
  readonly id: ImageId;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Where the picture itself carries one; a date in a file's name is its placement's. */
  readonly takenAt: CaptureTime | null;
  readonly addedAt: Timestamp;
  readonly placements: readonly Placement[];
  readonly tags: readonly ImageTag[];
}

/**
 * Which placements a question may see. It is applied before ranking, so that counts, pages, duplicates
 * and "nothing found" tell nothing about what lies outside. An image is inside when at least one of its
 * placements is; only those placements are then shown.
 */
export interface Scope {
  /** File placements: none, all, or those in these folders (absolute paths). */
  readonly files: "none" | "all" | { readonly folders: readonly string[] };
  /** Discord placements: none, all (the operator's own view), or these channels of one guild. */
  readonly discord: "none" | "all" | DiscordScope;
  /** Inclusive. A file is dated by its capture time, else by its name, else by its modification; a post by its posting. */
  readonly since?: DateBound | undefined;
  /** Exclusive. */
  readonly until?: DateBound | undefined;
  /** The image carries all of these, whatever their case. */
  readonly tags?: readonly string[] | undefined;
  /** The image carries none of these, whatever their case. */
  readonly notTags?: readonly string[] | undefined;
  readonly ids?: readonly ImageId[] | undefined;
}

export interface DiscordScope {
  readonly guildId: string;
  readonly channelIds: readonly string[];
  readonly authorId?: string | undefined;
  /** All of these words are in the placement's caption, whatever their case. */
  readonly captionContains?: string | undefined;
  /** Whether placements posted in age-restricted channels may be seen. Default false. */
  readonly ageRestricted?: boolean | undefined;
}

/** A request with the scope that it is answered in. */
export type Scoped<Request> = Request & { readonly scope: Scope };

/** A picture as a question names it: an id or unambiguous prefix, a file outside the library, or bytes. */
export type ImageRef = { readonly id: string } | { readonly path: string } | { readonly bytes: Uint8Array };

/** A picture embedded before, so that later pages of a question need not keep the picture. */
export interface EmbeddedImage {
  readonly embedding: Embedding;
  readonly space: EmbeddingSpace;
  /** The picture's own id, whether the library has it or not. */
  readonly id?: ImageId | undefined;
}

/** A picture rendered for looking at: upright, without metadata. */
export interface RenderedImage {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
}

/** One part of a query. Negative weight pushes away. The weights of a query need not sum to anything. */
export type QueryTerm =
  | { readonly text: string; readonly weight?: number | undefined }
  | { readonly image: ImageRef | EmbeddedImage; readonly weight?: number | undefined };

/** A picture that serves as an example (an image term of positive weight) is not among its own matches. */
export interface FindRequest {
  readonly terms: readonly QueryTerm[];
  /** Where images named by id among the terms are looked up. Default: the scope that is searched. */
  readonly termScope?: Scope | undefined;
  /** Hits per page, 1..1000, or all of them, which wants `collapse: false`: merging takes the square of their number. Default 10. */
  readonly limit?: number | "all" | undefined;
  /** `nextCursor` of an earlier answer to the same request. */
  readonly cursor?: string | undefined;
  /** Order of the page's matches. Default "relevance". */
  readonly sort?: "relevance" | "newest" | "oldest" | undefined;
  /** Drop hits whose cosine similarity is below this. */
  readonly minScore?: number | undefined;
  /** Collapse near-identical hits into one. Default true. */
  readonly collapse?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Hit extends ImageRecord {
  /** 1 for the best match of the whole answer, counting on over pages. */
  readonly rank: number;
  /** Cosine similarity to the query, -1..1. */
  readonly score: number;
  /** Near-identical images of the same scope that this hit stands for. */
  readonly alike: readonly ImageId[];
}

export interface FindAnswer {
  /** The query in words, for display. */
  readonly query: string;
  readonly model: string;
  readonly hits: readonly Hit[];
  readonly nextCursor: string | null;
  /** Images in scope, all of which were considered. */
  readonly searched: number;
  /** Sentences for the person: a truncated query, an offline folder. */
  readonly notes: readonly string[];
}

/** Why one picture was not added; the run went on without it. */
export interface Skipped {
  /** Path, or `discord:<message>/<attachment>`. */
  readonly origin: string;
  readonly code: SkipCode;
  readonly reason: string;
}

export type SkipCode =
  | "unreadable"
  | "empty"
  | "not-a-picture"
  | "unsupported-format"
  | "too-many-pixels"
  | "too-many-bytes"
  | "damaged"
  | "timeout"
  | "crashed-decoder"
  | "changed-while-reading"
  | "denied"
  | "failed";

/** Files by kind, the extension in capitals: `{ CR2: 3, MOV: 1 }`. */
export type FilesByKind = Readonly<Record<string, number>>;

export interface AddReport {
  /** Images embedded now. */
  readonly added: number;
  /** Placements whose image was known already (copies, moves, touched files). */
  readonly known: number;
  /** Files that had not changed since the last run. */
  readonly unchanged: number;
  /** Placements gone from their folder. */
  readonly removed: number;
  readonly skipped: readonly Skipped[];
  /** Files that were named and can never be pictures: nothing of them is kept. */
  readonly refused: readonly Skipped[];
  /** Pictures and films of kinds that are not read: raw files of cameras, JPEG XL, videos. */
  readonly otherKinds: FilesByKind;
  /** Roots that could not be reached, and folders on disks that are away; nothing of theirs was erased. */
  readonly offline: readonly string[];
  /** Whether the run was cancelled before its end. */
  readonly cancelled: boolean;
}

/** Progress of long work. `total` is null while it is not known. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
  /** What is being worked on, for display. Untrusted text. */
  readonly item?: string | undefined;
}

export interface LongWork {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What to take out of the library. Original files are never touched. */
export type RemoveTarget =
  | { readonly paths: readonly string[] }
  | { readonly ids: readonly string[] }
  | { readonly discord: DiscordSelector };

/** Every given field must match; a guild is always named. */
export interface DiscordSelector {
  readonly guildId: string;
  readonly channelId?: string | undefined;
  readonly messageIds?: readonly string[] | undefined;
  readonly attachmentIds?: readonly string[] | undefined;
  readonly authorId?: string | undefined;
  readonly postedBefore?: Timestamp | undefined;
}

export interface RemoveReport {
  readonly placements: number;
  /** Images erased because no placement was left. */
  readonly images: number;
}

/** What a removal would take, before anything is taken. */
export interface RemovalPreview extends RemoveReport {
  /** Tags put by hand that would go with the images. */
  readonly personTags: number;
  readonly verdicts: number;
  /** Whether more was named than single files and images: a folder, a server. */
  readonly isWide: boolean;
}

/** A person's word on a pair, kept by content: it outlives rescans, moves and model changes. */
export interface Verdict {
  readonly a: ImageId;
  readonly b: ImageId;
  readonly verdict: "same" | "different";
  readonly at: Timestamp;
}

/** exact: same bytes; same: one picture, edited or re-saved; similar: burst shots, one scene. */
export type DuplicateKind = "exact" | "same" | "similar";

export interface DuplicatesRequest extends LongWork {
  /** The loosest kind wanted; stricter kinds are included. Default "same". */
  readonly kind?: DuplicateKind | undefined;
}

export interface DuplicateMember {
  readonly image: ImageRecord;
  readonly kind: DuplicateKind;
  /** Why it is in the group, in words: "same bytes", "mirrored", "resized", "verdict of a person". */
  readonly reason: string;
  /** 1 for exact; share of equal hash bits for same; cosine similarity for similar. Always against the keeper. */
  readonly measure: number;
}

export interface DuplicateGroup {
  /** The loosest kind among the members. */
  readonly kind: DuplicateKind;
  /** Suggested to stay: most pixels, then oldest, then shortest path. */
  readonly keeper: ImageRecord;
  /** Everything else of the group. A keeper seen at several places appears here too, as "exact". */
  readonly members: readonly DuplicateMember[];
  /** Bytes that would be freed if only the keeper's first file stayed. */
  readonly reclaimableBytes: number;
}

export interface LabelScore {
  readonly label: string;
  /**
   * Calibrated per model, 0..1: the label's share among the given ones (CLIP), its own chance (SigLIP). A single
   * label under CLIP has nothing to share with: 0.5 is then the model's threshold for "none of these".
   */
  readonly probability: number;
  /** Cosine similarity of picture and label prompt(s). */
  readonly score: number;
}

export interface ClassifyRequest extends LongWork {
  readonly images: readonly ImageRef[];
  /** Default: the built-in vocabulary. */
  readonly labels?: readonly string[] | undefined;
  /** Labels returned per image. Default 5. */
  readonly limit?: number | undefined;
}

export interface Classification {
  /** Absent for a picture outside the library. */
  readonly id?: ImageId | undefined;
  readonly origin: string;
  /** Best first. */
  readonly labels: readonly LabelScore[];
  /** True when no label is likely enough under the model's own threshold. */
  readonly none: boolean;
  /** Set instead of labels when this picture could not be read. */
  readonly skipped?: Skipped | undefined;
}

/** A closed set of tags; each holds where its score reaches the threshold, several or none on one picture. */
export interface TagVocabulary {
  readonly tags: readonly VocabularyTag[];
}

export interface VocabularyTag {
  readonly tag: string;
  /** Phrases that describe the tag, as written; their average is compared. Default: the tag in the model's templates. */
  readonly prompts?: readonly string[] | undefined;
  /**
   * Score from which the tag holds, 0..1. Default 0.5, which is the model's own cosine threshold for tags; the score
   * rises with the cosine as steeply as the model's logit scale, so a number means alike under every model.
   */
  readonly threshold?: number | undefined;
}

export interface TagSummary {
  readonly tag: string;
  readonly byPerson: number;
  readonly byModel: number;
}

export interface Cluster {
  /** From the label vocabulary. */
  readonly name: string;
  readonly size: number;
  /** Most central first. */
  readonly representatives: readonly ImageRecord[];
  readonly ids: readonly ImageId[];
}

export interface RootStatus {
  readonly path: string;
  readonly state: "online" | "offline";
  readonly images: number;
  readonly placements: number;
  readonly failed: number;
  readonly lastScanAt: Timestamp | null;
  /** Folders inside it whose disk is away; their images are kept and still found. */
  readonly away: readonly string[];
  /** Pictures and films of kinds that are not read, at the last whole scan; none for a part of a root. */
  readonly otherKinds: FilesByKind;
}

export interface LibraryStatus {
  readonly directory: string;
  readonly model: string;
  readonly space: EmbeddingSpace;
  readonly images: number;
  readonly placements: number;
  /** Images whose embedding under the current model is still missing. */
  readonly unembedded: number;
  /** How many of these each model used before still knows; they are found by it where it is installed. */
  readonly older: readonly { readonly space: EmbeddingSpace; readonly images: number }[];
  readonly roots: readonly RootStatus[];
  readonly guilds: readonly {
    readonly guildId: string;
    readonly channels: number;
    readonly images: number;
  }[];
  readonly failed: number;
  readonly index: {
    readonly kind: "exact" | "hnsw";
    readonly size: number;
    readonly note?: string | undefined;
  };
  /** Bytes on disk. */
  readonly disk: { readonly catalog: number; readonly index: number; readonly models: number };
}
