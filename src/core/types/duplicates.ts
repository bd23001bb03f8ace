import type { ImageId, ImageRecord } from "./image.ts";
import type { LongWork } from "./long-work.ts";
import type { Timestamp } from "./time.ts";

/** A user's verdict on a pair, stored by content: it outlives rescans, moves and model changes. */
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
