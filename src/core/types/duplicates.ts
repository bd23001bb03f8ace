import type { ImageId, ImageRecord } from "./image.ts";
import type { LongWork } from "./long-work.ts";
import type { Scope } from "./scope.ts";
import type { Timestamp } from "./time.ts";

/** A user's verdict on a pair, stored by content: it outlives rescans, moves and model changes. */
export interface Verdict {
  readonly a: ImageId;
  readonly b: ImageId;
  /** variant: one template or layout, other content. */
  readonly verdict: "same" | "variant" | "different";
  readonly at: Timestamp;
  /** What was said of the pair before, if anything: it stands again when this is taken back. */
  readonly before?: Verdict["verdict"] | undefined;
}

export interface RepostRequest {
  readonly guildId: string;
  /** What of these channels the answer may show. */
  readonly scopeAmong: (channelIds: readonly string[]) => Promise<Scope>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How pictures of a group relate, strictest first. exact: the same bytes; same: one picture, edited or saved again;
 * variant: one template or layout with other content, such as two filled-in forms or one drawing in two colours;
 * similar: one scene, such as burst shots. Only exact and same are copies, of which one is enough.
 */
export type DuplicateKind = "exact" | "same" | "variant" | "similar";

/** What was done to a picture that is still the same picture afterwards. */
export type EditKind =
  | "resized"
  | "saved again"
  | "cropped"
  | "trimmed"
  | "framed"
  | "mirrored"
  | "turned"
  | "brighter"
  | "darker"
  | "grey"
  | "recoloured"
  | "watermarked"
  | "text added";

/** One edit that tells a member of a group from its reference. */
export interface Edit {
  readonly kind: EditKind;
  /** Which of the two it was done to; "either" where the pixels cannot tell, as of two that mirror each other. */
  readonly of: "member" | "reference" | "either";
}

/** What to keep of copies, where that is not left to what the pictures show. */
export interface KeepChoice {
  /** Folders, absolute: a copy in the first of them that has one is kept, and of several there the best. */
  readonly keepIn?: readonly string[] | undefined;
  /** Most pixels; the first or the last by date. */
  readonly keep?: "largest" | "oldest" | "newest" | undefined;
}

export interface DuplicatesRequest extends LongWork, KeepChoice {
  /** The loosest kind wanted; stricter kinds are included. Default "same". */
  readonly kind?: DuplicateKind | undefined;
}

export interface DuplicateMember {
  readonly image: ImageRecord;
  readonly kind: DuplicateKind;
  /** The picture that the rest is said against: the keeper, or another member where the two can only be compared through that. */
  readonly reference: ImageId;
  /** What tells it from its reference; empty unless the kind is "same". */
  readonly edits: readonly Edit[];
  /** Why it is in the group, in words: "same bytes", "cropped, saved again", "verdict of a person". */
  readonly reason: string;
  /** How alike the two are, 0..1: 1 for exact, agreement of the aligned pixels for same and variant, cosine similarity for similar. */
  readonly measure: number;
}

export interface DuplicateGroup {
  /** The loosest kind among the members. */
  readonly kind: DuplicateKind;
  /** Suggested to stay; its placements in the order in which they should. */
  readonly keeper: ImageRecord;
  /** Why that one, in words: "the original: the others are framed, smaller". */
  readonly why: string;
  /** Everything else of the group. A keeper seen at several places appears here too, as "exact". */
  readonly members: readonly DuplicateMember[];
  /**
   * Bytes that would be freed if only the keeper's first file stayed of all copies: of members that are exact or same. Of
   * hard links to one file nothing is freed before the last is deleted, and they count as one.
   */
  readonly reclaimableBytes: number;
}
