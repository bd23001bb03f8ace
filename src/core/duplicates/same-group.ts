import type { Edit, ImageId, ImageRecord } from "../types.ts";

/** One picture in several versions, before it is decided which to keep. */
export interface SameGroup {
  readonly images: readonly ImageRecord[];
  /** Every two of them that were compared and are the same picture; connected, but not every pair need be there. */
  readonly relations: readonly Relation[];
  /** Every two of them that were compared and are other pictures, by themselves. */
  readonly unlike?: readonly Pick<Relation, "a" | "b">[];
}

/** `b` beside `a`: edits with of: "member" were done to b, with of: "reference" to a. */
export interface Relation {
  readonly a: ImageId;
  readonly b: ImageId;
  readonly edits: readonly Edit[];
  readonly measure: number;
  readonly byVerdict: boolean;
}
