import type { PictureFacts, SidecarFacts } from "./facts.ts";
import type { Part } from "./model.ts";
import type { CaptureTime, Timestamp, WallClock } from "./time.ts";

/** SHA-256 of the picture's bytes as 64 hex digits: the same bytes are one image wherever they were seen. */
export type ImageId = string;

/** What a picture may cost before it is refused. */
export interface PictureLimits {
  /** Bytes of memory that its file and its pixels may take while it is decoded, by an estimate. Default 1 GiB. */
  readonly maxMemory: number;
  /** Width x height: what bounds the time of those that are decoded row by row. Default 1,000 million. */
  readonly maxPixels: number;
  /** Of its file. Default 1 GiB. */
  readonly maxBytes: number;
  /** For one picture, decoding and resizing; a film has four times as long for looking through it. Default 30,000. */
  readonly timeoutMs: number;
  /** Shots of a film or an animation that are looked at by themselves; of more, those most unlike each other. Default 24. */
  readonly maxShots: number;
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
  /** When its bytes, mode or links last changed; undefined where a library of an earlier release has not noted it yet. */
  readonly changedAt?: Timestamp | undefined;
  /** The date in its name, where that has one of the well-known forms; the catalog finds it. */
  readonly namedAt?: WallClock | undefined;
  /** The date that a sidecar of it says; the catalog finds it. */
  readonly statedAt?: SidecarFacts["takenAt"];
  /** False while the root cannot be reached, and where the picture is lost; the image is kept and still found. */
  readonly online: boolean;
  /** Whether the file was changed to what cannot be read. */
  readonly isLost?: boolean | undefined;
  /** Files beside it that belong to it, by path; absent where there are none. */
  readonly companions?: readonly Companion[] | undefined;
}

/** raw: a raw file of the same shot; video: the moving part of a Live Photo; sidecar: what XMP or Google Takeout say of it. */
export type CompanionKind = "raw" | "video" | "sidecar";

/** A file beside a picture that is no picture of its own. */
export interface Companion {
  readonly kind: CompanionKind;
  /** Absolute path. */
  readonly path: string;
}

export type CompanionCounts = Readonly<Partial<Record<CompanionKind, number>>>;

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

export type StillFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "heic" | "tiff" | "bmp" | "ico" | "raw";
/** By how the file is built, whatever codes the pictures in it. */
export type FilmFormat = "mp4" | "mov" | "webm" | "mkv" | "avi";
export type ImageFormat = StillFormat | FilmFormat;

/** What a file shows: one picture, pictures in a row of a format for pictures, or a film. */
export type MediaKind = "image" | "animation" | "video";

/** Where less was read than the file holds or ought to hold. */
export interface Shortfall {
  /** The file ends a little before its picture does: its last rows are missing or plain. */
  readonly cut?: true | undefined;
  /** Pages or frames of the file, of which the first was read (of what moves, one of each shot); absent for a single one. */
  readonly pages?: number | undefined;
}

/** How much its file holds of a picture: it tells an original from copies of it. What was not measured is absent. */
export interface PictureQuality {
  /** Of a JPEG, 1..100, as its quantisation tables say; null for other formats. */
  readonly jpegQuality: number | null;
  /** Of a JPEG: the steps of its first table for the coefficients that are counted. */
  readonly jpegSteps?: Uint8Array | undefined;
  /** The finest detail, in waves along the mean side (the square root of the area): image/detail.ts. */
  readonly detail: number;
  /** The mean side in pixels at which that was measured: less than the picture's where decoding reduced it. */
  readonly measuredSide: number;
  readonly tones?: PictureTones | undefined;
  /** Of WebP, whether it keeps every pixel. */
  readonly isLossless?: boolean | undefined;
  /** Whether what is behind it shows through any of its pixels. */
  readonly isTransparent?: boolean | undefined;
  /** Sizes of its low coefficients, counted in all pixels: image/formats/block-coefficients.ts. */
  readonly coefficients?: Uint8Array | undefined;
}

export interface PictureTones {
  /** Standard deviation of brightness, in levels. */
  readonly contrast: number;
  /** Mean difference of a pixel's strongest and weakest channel, in levels: 0 for greys. */
  readonly colour: number;
  /** Share of pixels about the brightest level that occurs, and about the darkest. */
  readonly clipped: number;
  /** That level, of the channel that has the highest. */
  readonly brightest: number;
}

/** Of what moves. Absent for stills. */
export interface Motion {
  readonly durationMs?: number | undefined;
  /** Of the frame that stands for the whole: its thumbnail, fingerprint and embedding are of this frame. */
  readonly coverAtMs?: number | undefined;
}

/** A frame, page or tile of a picture that is looked at by itself, besides the one that stands for the whole. */
export interface PicturePart {
  readonly part: Part;
  /** As those of whole pictures. */
  readonly thumbnail: Uint8Array;
  readonly fingerprint: Uint8Array;
}

/** What one decoding of a picture yields, before any model has seen it. */
export interface Picture extends Shortfall, Motion {
  readonly id: ImageId;
  readonly format: ImageFormat;
  /** Pixels as displayed, EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Where the picture itself carries one. */
  readonly takenAt: CaptureTime | null;
  /** What else its metadata say. */
  readonly facts?: PictureFacts | undefined;
  /** WebP, longest side at most 256 pixels, no metadata. */
  readonly thumbnail: Uint8Array;
  readonly quality: PictureQuality;
  /** Perceptual hash; see image/perceptual-hash.ts for its layout. */
  readonly fingerprint: Uint8Array;
}

export interface ImageTag {
  readonly tag: string;
  /**
   * Its source: a user, the keywords of the file or its sidecar, or the model. A user's tag outweighs a file's, which
   * outweighs the model's; none is undone by a weaker one.
   */
  readonly by: "person" | "file" | "model";
  /** 0..1 for the model's tags, 0.5 at the model's own threshold (`VocabularyTag`); 1 for all others. */
  readonly score: number;
}

/** One image as the catalog knows it, without its vector and thumbnail. */
export interface ImageRecord extends Shortfall, Motion {
  readonly id: ImageId;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Where the picture itself carries one; a date in a file's name is its placement's. */
  readonly takenAt: CaptureTime | null;
  /** What its metadata and its files' sidecars say; absent when that is nothing, or the scope shows no file of it. */
  readonly facts?: PictureFacts | undefined;
  /** Null for a picture added by a release that did not measure it. */
  readonly quality: PictureQuality | null;
  readonly addedAt: Timestamp;
  /** Files by path, then posts by time. In answers with many images, of more than 100 the first and the newest. */
  readonly placements: readonly Placement[];
  /** Of all that are visible. */
  readonly placementCount: number;
  readonly tags: readonly ImageTag[];
}

/** A picture rendered for looking at: upright, without metadata. */
export interface RenderedImage {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
}
